// Package interop proves that a Go pipeline can use Countersign: franz-go for
// Kafka, hamba/avro for the contract, nothing of Countersign's own.
package interop

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// Proposal is DecisionProposed, spelled for hamba/avro and for the recorded JSON.
type Proposal struct {
	System       string         `avro:"system" json:"system"`
	DecisionID   string         `avro:"decisionId" json:"decisionId"`
	DecisionType string         `avro:"decisionType" json:"decisionType"`
	ProposedAt   time.Time      `avro:"proposedAt" json:"proposedAt"`
	Input        Input          `avro:"input" json:"input"`
	Output       Output         `avro:"output" json:"output"`
	Reasoning    Reasoning      `avro:"reasoning" json:"reasoning"`
	Confidence   *float64       `avro:"confidence" json:"confidence"`
	Uncertainty  *Uncertainty   `avro:"uncertainty" json:"uncertainty"`
	Alternatives []Alternative  `avro:"alternatives" json:"alternatives"`
	Provenance   Provenance     `avro:"provenance" json:"provenance"`
	Attributes   map[string]any `avro:"attributes" json:"attributes"`
	Subject      *Subject       `avro:"subject" json:"subject"`
	Action       Action         `avro:"action" json:"action"`
}

// Input is the case itself.
type Input struct {
	Parts []Part `avro:"parts" json:"parts"`
}

// Part is one piece of the case.
type Part struct {
	Name      string `avro:"name" json:"name"`
	MediaType string `avro:"mediaType" json:"mediaType"`
	Content   []byte `avro:"content" json:"-"`
	Text      string `avro:"-" json:"content"`
}

// Output is what the AI decided.
type Output struct {
	Label     string  `avro:"label" json:"label"`
	Content   []byte  `avro:"content" json:"-"`
	MediaType *string `avro:"mediaType" json:"mediaType"`
	Text      string  `avro:"-" json:"content"`
}

// Reasoning is why.
type Reasoning struct {
	Summary string   `avro:"summary" json:"summary"`
	Factors []Factor `avro:"factors" json:"factors"`
}

// Factor is one reason.
type Factor struct {
	Name   string  `avro:"name" json:"name"`
	Value  string  `avro:"value" json:"value"`
	Weight float64 `avro:"weight" json:"weight"`
}

// Uncertainty is the model's own hedging.
type Uncertainty struct {
	Lower     *float64 `avro:"lower" json:"lower"`
	Upper     *float64 `avro:"upper" json:"upper"`
	Statement *string  `avro:"statement" json:"statement"`
}

// Alternative is another answer.
type Alternative struct {
	Label       string   `avro:"label" json:"label"`
	Probability *float64 `avro:"probability" json:"probability"`
}

// Provenance is where the answer comes from.
type Provenance struct {
	Model          Model    `avro:"model" json:"model"`
	TrainingDomain string   `avro:"trainingDomain" json:"trainingDomain"`
	Sources        []Source `avro:"sources" json:"sources"`
}

// Model names the model.
type Model struct {
	Name    string `avro:"name" json:"name"`
	Version string `avro:"version" json:"version"`
}

// Source is one thing the answer rests on.
type Source struct {
	Title   string   `avro:"title" json:"title"`
	URI     *string  `avro:"uri" json:"uri"`
	Excerpt *string  `avro:"excerpt" json:"excerpt"`
	Score   *float64 `avro:"score" json:"score"`
}

// Subject is whose data it is.
type Subject struct {
	Kind string `avro:"kind" json:"kind"`
	ID   string `avro:"id" json:"id"`
}

// Action is what happens on approval.
type Action struct {
	Description        string     `avro:"description" json:"description"`
	ReversalDeadline   *time.Time `avro:"reversalDeadline" json:"reversalDeadline"`
	ExpectedDurationMs *int64     `avro:"expectedDurationMs" json:"expectedDurationMs"`
}

// readProposals returns the recorded decisions of a file, contents decoded to bytes.
func readProposals(path string) ([]Proposal, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	var proposals []Proposal
	for lines.Scan() {
		var proposal Proposal
		if err := json.Unmarshal(lines.Bytes(), &proposal); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := proposal.decodeContents(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		proposals = append(proposals, proposal)
	}
	return proposals, lines.Err()
}

func (p *Proposal) decodeContents() (err error) {
	for i := range p.Input.Parts {
		part := &p.Input.Parts[i]
		if part.Content, err = contentBytes(part.Text, part.MediaType); err != nil {
			return err
		}
	}
	p.Output.Content, err = contentBytes(p.Output.Text, *p.Output.MediaType)
	return err
}

// contentBytes reads recorded content: text as it is, anything else base64.
func contentBytes(text, mediaType string) ([]byte, error) {
	if strings.HasPrefix(mediaType, "text/") || mediaType == "application/json" {
		return []byte(text), nil
	}
	return base64.StdEncoding.DecodeString(text)
}
