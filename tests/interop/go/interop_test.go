package interop

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	record       = "io.countersign.DecisionProposed"
	deadline     = 60 * time.Second
	sureAtLeast  = 0.95
	outOfRangeAt = 1.5
)

// setting reads what tests/interop/run.ts tells about the stack under test.
func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run `node tests/interop/run.ts`", name)
	}
	return value
}

type pipeline struct {
	client   *kgo.Client
	registry *registry
	prefix   string
}

func (p pipeline) topic(short string) string { return p.prefix + short + ".v1" }

func connect(t *testing.T) pipeline {
	t.Helper()
	p := pipeline{registry: newRegistry(setting(t, "INTEROP_REGISTRY")), prefix: setting(t, "INTEROP_TOPIC_PREFIX")}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(setting(t, "INTEROP_KAFKA")),
		kgo.ConsumeTopics(p.topic("decisions.resolved"), p.topic("decisions.refused")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	p.client = client
	return p
}

// sure returns a recorded scan that the model was sure of, under an id of its own.
func sure(t *testing.T, name string) Proposal {
	t.Helper()
	proposals, err := readProposals(setting(t, "INTEROP_RECORDED") + "/digits.routing.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, proposal := range proposals {
		if *proposal.Confidence >= sureAtLeast && proposal.Attributes["touchesEdge"] == false {
			proposal.DecisionID = fmt.Sprintf("go-%s-%d", name, time.Now().UnixNano())
			proposal.ProposedAt = time.Now()
			return proposal
		}
	}
	t.Fatal("no recorded scan is sure")
	return Proposal{}
}

func (p pipeline) propose(ctx context.Context, t *testing.T, proposal Proposal) {
	t.Helper()
	topic := p.topic("decisions.proposed")
	value, err := p.registry.encode(topic, record, proposal)
	if err != nil {
		t.Fatal(err)
	}
	message := &kgo.Record{Topic: topic, Key: []byte(proposal.System + "/" + proposal.DecisionID), Value: value}
	if err := p.client.ProduceSync(ctx, message).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// answer waits for the verdict or the refusal of one decision.
func (p pipeline) answer(ctx context.Context, t *testing.T, proposal Proposal) (string, map[string]any) {
	t.Helper()
	for {
		fetches := p.client.PollFetches(ctx)
		if err := ctx.Err(); err != nil {
			t.Fatalf("no answer for %s: %v", proposal.DecisionID, err)
		}
		for _, message := range fetches.Records() {
			name, event, err := p.registry.decode(message.Value)
			if err != nil {
				t.Fatal(err)
			}
			if event["system"] == proposal.System && event["decisionId"] == proposal.DecisionID {
				return name, event
			}
		}
	}
}

func TestGoPipelineGetsItsVerdict(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	p, proposal := connect(t), sure(t, "sure")
	p.propose(ctx, t, proposal)
	name, event := p.answer(ctx, t, proposal)
	if name != "io.countersign.DecisionResolved" || event["verdict"] != "approved" || event["resolvedBy"] != "routing" {
		t.Fatalf("got %s %v", name, event)
	}
}

func TestGoPipelineIsRefusedWithACode(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	p, proposal := connect(t), sure(t, "refused")
	confidence := outOfRangeAt
	proposal.Confidence = &confidence
	p.propose(ctx, t, proposal)
	name, event := p.answer(ctx, t, proposal)
	if name != "io.countersign.DecisionRefused" || event["code"] != "number-out-of-range" {
		t.Fatalf("got %s %v", name, event)
	}
}
