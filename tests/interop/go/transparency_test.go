package interop

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type vectors struct {
	Origin     string   `json:"origin"`
	LogKeys    []string `json:"logKeys"`
	WitnessKey string   `json:"witnessKey"`
	Trees      []struct {
		Size       int64  `json:"size"`
		Root       string `json:"root"`
		Checkpoint string `json:"checkpoint"`
		Single     string `json:"single"`
		Inclusion  []struct {
			Index int64    `json:"index"`
			Entry string   `json:"entry"`
			Proof []string `json:"proof"`
			File  string   `json:"file"`
		} `json:"inclusion"`
		Consistency []struct {
			From  int64    `json:"from"`
			Root  string   `json:"root"`
			Proof []string `json:"proof"`
		} `json:"consistency"`
	} `json:"trees"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile(setting(t, "INTEROP_TRANSPARENCY"))
	if err != nil {
		t.Fatal(err)
	}
	var read vectors
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Trees) == 0 {
		t.Fatal("there are no trees to check")
	}
	return read
}

// cosignatureVerifier checks a witness's cosignature/v1, which x/mod leaves to its callers.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) (*cosignatureVerifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("a verifier key is NAME+ID+KEY")
	}
	id, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("%q is no cosignature key", vkey)
	}
	return &cosignatureVerifier{parts[0], uint32(id), key[1:]}, nil
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }
func (v *cosignatureVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(v.key, []byte(signed), sig[8:])
}

func logVerifiers(t *testing.T, vkeys []string) []note.Verifier {
	t.Helper()
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatalf("x/mod refuses the log's key %q: %v", vkey, err)
		}
		verifiers = append(verifiers, verifier)
	}
	return verifiers
}

// treeOf opens a signed checkpoint and reads the tree it is of.
func treeOf(t *testing.T, origin, checkpoint string, signatures int, verifiers ...note.Verifier) tlog.Tree {
	t.Helper()
	opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifiers...))
	if err != nil {
		t.Fatalf("x/mod refuses the checkpoint: %v\n%s", err, checkpoint)
	}
	if len(opened.Sigs) != signatures {
		t.Fatalf("%d signatures were verified, not %d:\n%s", len(opened.Sigs), signatures, checkpoint)
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != origin {
		t.Fatalf("the checkpoint is of %q, not of %q", lines[0], origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return tlog.Tree{N: size, Hash: hashOf(t, lines[2])}
}

func hashOf(t *testing.T, text string) tlog.Hash {
	t.Helper()
	hash, err := tlog.ParseHash(text)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func hashesOf(t *testing.T, texts []string) []tlog.Hash {
	t.Helper()
	hashes := make([]tlog.Hash, len(texts))
	for at, text := range texts {
		hashes[at] = hashOf(t, text)
	}
	return hashes
}

func TestCheckpointsAndProofsOfPackagesMerkle(t *testing.T) {
	read := readVectors(t)
	verifiers := logVerifiers(t, read.LogKeys)
	witness, err := newCosignatureVerifier(read.WitnessKey)
	if err != nil {
		t.Fatal(err)
	}
	var inclusions, consistencies int
	for _, tree := range read.Trees {
		rotating := treeOf(t, read.Origin, tree.Checkpoint, 3, append(verifiers, witness)...)
		single := treeOf(t, read.Origin, tree.Single, 1, verifiers[0])
		if rotating != single || rotating.N != tree.Size || rotating.Hash != hashOf(t, tree.Root) {
			t.Fatalf("the checkpoints of %d leaves do not agree", tree.Size)
		}
		for _, inclusion := range tree.Inclusion {
			entry, err := base64.StdEncoding.DecodeString(inclusion.Entry)
			if err != nil {
				t.Fatal(err)
			}
			leaf := tlog.RecordHash(entry)
			if err := tlog.CheckRecord(hashesOf(t, inclusion.Proof), tree.Size, rotating.Hash, inclusion.Index, leaf); err != nil {
				t.Fatalf("leaf %d of %d: %v", inclusion.Index, tree.Size, err)
			}
			checkProofFile(t, read.Origin, inclusion.File, leaf, inclusion.Index, 3, append(verifiers, witness)...)
			inclusions++
		}
		for _, consistency := range tree.Consistency {
			if err := tlog.CheckTree(hashesOf(t, consistency.Proof), tree.Size, rotating.Hash, consistency.From, hashOf(t, consistency.Root)); err != nil {
				t.Fatalf("from %d to %d leaves: %v", consistency.From, tree.Size, err)
			}
			consistencies++
		}
	}
	t.Logf("%d trees, %d inclusion proofs, %d consistency proofs", len(read.Trees), inclusions, consistencies)
}

// checkProofFile reads a .tlog-proof by its specification and checks it with x/mod.
func checkProofFile(t *testing.T, origin, file string, leaf tlog.Hash, index int64, signatures int, verifiers ...note.Verifier) {
	t.Helper()
	head, checkpoint, found := strings.Cut(file, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", index) {
		t.Fatalf("not a proof of leaf %d:\n%s", index, file)
	}
	tree := treeOf(t, origin, checkpoint, signatures, verifiers...)
	if err := tlog.CheckRecord(hashesOf(t, lines[2:]), tree.N, tree.Hash, index, leaf); err != nil {
		t.Fatalf("leaf %d of %d: %v", index, tree.N, err)
	}
}

func TestChangedProofsAreRefusedHereToo(t *testing.T) {
	read := readVectors(t)
	for _, tree := range read.Trees {
		root := hashOf(t, tree.Root)
		for _, inclusion := range tree.Inclusion {
			if len(inclusion.Proof) == 0 {
				continue
			}
			proof := hashesOf(t, inclusion.Proof)
			proof[int(inclusion.Index)%len(proof)][7] ^= 1
			entry, _ := base64.StdEncoding.DecodeString(inclusion.Entry)
			if tlog.CheckRecord(proof, tree.Size, root, inclusion.Index, tlog.RecordHash(entry)) == nil {
				t.Fatalf("a changed proof of leaf %d of %d is accepted", inclusion.Index, tree.Size)
			}
		}
	}
}
