package interop

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// liveLog reads the audit log of the stack under test as any monitor would: over HTTP, by the tlog-tiles specification.
type liveLog struct {
	prefix string
	token  string
}

func (l liveLog) get(ctx context.Context, path string) ([]byte, int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.prefix+path, nil)
	if err != nil {
		return nil, 0, err
	}
	if l.token != "" {
		request.Header.Set("authorization", "Bearer "+l.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return body, response.StatusCode, err
}

func (l liveLog) mustGet(ctx context.Context, t *testing.T, path string) []byte {
	t.Helper()
	body, status, err := l.get(ctx, path)
	if err != nil || status != http.StatusOK {
		t.Fatalf("GET %s: %d %v %s", path, status, err, body)
	}
	return body
}

// Height, ReadTiles and SaveTiles make it a tlog.TileReader, so that x/mod itself checks every tile against the signed root.
func (l liveLog) Height() int { return 8 }

func (l liveLog) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for at, tile := range tiles {
		// The specification leaves out the height that x/mod's own paths name.
		path := "/log/" + strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		body, status, err := l.get(context.Background(), path)
		if err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("GET %s: %d %v", path, status, err)
		}
		read[at] = body
	}
	return read, nil
}

func (l liveLog) SaveTiles([]tlog.Tile, [][]byte) {}

// logEntries are the canonical records of the tree, read from its entry bundles.
func (l liveLog) logEntries(ctx context.Context, t *testing.T, size int64) [][]byte {
	t.Helper()
	var entries [][]byte
	for first := int64(0); first < size; first += 256 {
		path := "/log/tile/entries/" + strings.TrimPrefix(tlog.Tile{H: 8, L: 0, N: first / 256, W: int(min(256, size-first))}.Path(), "tile/8/0/")
		for bundle := l.mustGet(ctx, t, path); len(bundle) > 0; {
			length := int(bundle[0])<<8 | int(bundle[1])
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return entries
}

func openLive(ctx context.Context, t *testing.T, l liveLog) (string, []note.Verifier, tlog.Tree) {
	t.Helper()
	vkeys := strings.Fields(string(l.mustGet(ctx, t, "/log/keys")))
	verifiers := logVerifiers(t, vkeys)
	origin := verifiers[0].Name()
	return origin, verifiers, treeOf(t, origin, string(l.mustGet(ctx, t, "/log/checkpoint")), len(verifiers), verifiers...)
}

func TestTheLiveLogIsOneThatGoChecks(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	l := liveLog{prefix: setting(t, "INTEROP_HTTP") + "/v1/audit", token: setting(t, "INTEROP_AUDITOR_TOKEN")}
	p := connect(t)
	p.propose(ctx, t, sure(t, "log"))
	origin, verifiers, before := openLive(ctx, t, l)
	after := before
	for after.N < before.N+3 {
		p.propose(ctx, t, sure(t, "log"))
		select {
		case <-ctx.Done():
			t.Fatalf("the log did not grow beyond %d leaves", after.N)
		case <-time.After(200 * time.Millisecond):
		}
		_, _, after = openLive(ctx, t, l)
	}

	reader := tlog.TileHashReader(after, l)
	proof, err := tlog.ProveTree(after.N, before.N, reader)
	if before.N > 0 {
		if err != nil {
			t.Fatalf("the tiles do not lead to the signed root: %v", err)
		}
		if err := tlog.CheckTree(proof, after.N, after.Hash, before.N, before.Hash); err != nil {
			t.Fatalf("the tree of %d leaves does not begin with that of %d: %v", after.N, before.N, err)
		}
	}

	entries := l.logEntries(ctx, t, after.N)
	if int64(len(entries)) != after.N {
		t.Fatalf("%d entries of a tree of %d", len(entries), after.N)
	}
	for _, index := range []int64{0, after.N / 2, after.N - 1} {
		leaf := tlog.RecordHash(entries[index])
		inclusion, err := tlog.ProveRecord(after.N, index, reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(inclusion, after.N, after.Hash, index, leaf); err != nil {
			t.Fatalf("entry %d: %v", index, err)
		}
		checkProofFile(t, origin, string(l.mustGet(ctx, t, fmt.Sprintf("/proofs/%d", index))), leaf, index, len(verifiers), verifiers...)
	}
	t.Logf("%d leaves, grown from %d", after.N, before.N)
}
