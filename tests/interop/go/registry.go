package interop

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hamba/avro/v2"
)

const headerBytes = 5

// registry is a thin client of the Confluent registry API.
type registry struct {
	base  string
	known map[uint32]avro.Schema
}

func newRegistry(base string) *registry {
	return &registry{base: base, known: map[uint32]avro.Schema{}}
}

type schemaAnswer struct {
	ID     uint32 `json:"id"`
	Schema string `json:"schema"`
}

// latest gives id and schema of the newest version under TopicRecordName.
func (r *registry) latest(topic, record string) (uint32, avro.Schema, error) {
	subject := url.PathEscape(topic + "-" + record)
	answer, err := r.get("/subjects/" + subject + "/versions/latest")
	if err != nil {
		return 0, nil, err
	}
	schema, err := avro.ParseWithCache(answer.Schema, "", &avro.SchemaCache{})
	return answer.ID, schema, err
}

// decode reads any message into a generic value and says which record it is.
func (r *registry) decode(message []byte) (string, map[string]any, error) {
	if len(message) < headerBytes || message[0] != 0 {
		return "", nil, errors.New("not in the Confluent wire format")
	}
	schema, err := r.byID(binary.BigEndian.Uint32(message[1:headerBytes]))
	if err != nil {
		return "", nil, err
	}
	var value map[string]any
	if err := avro.Unmarshal(schema, message[headerBytes:], &value); err != nil {
		return "", nil, err
	}
	return schema.(*avro.RecordSchema).FullName(), value, nil
}

func (r *registry) byID(id uint32) (avro.Schema, error) {
	if schema, ok := r.known[id]; ok {
		return schema, nil
	}
	answer, err := r.get(fmt.Sprintf("/schemas/ids/%d", id))
	if err != nil {
		return nil, err
	}
	schema, err := avro.ParseWithCache(answer.Schema, "", &avro.SchemaCache{})
	if err == nil {
		r.known[id] = schema
	}
	return schema, err
}

func (r *registry) get(path string) (answer schemaAnswer, err error) {
	response, err := http.Get(r.base + path)
	if err != nil {
		return answer, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s: registry answered %s", path, response.Status)
	}
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

// encode frames a value as the schema registered for the topic's record.
func (r *registry) encode(topic, record string, value any) ([]byte, error) {
	id, schema, err := r.latest(topic, record)
	if err != nil {
		return nil, err
	}
	body, err := avro.Marshal(schema, value)
	if err != nil {
		return nil, err
	}
	message := binary.BigEndian.AppendUint32([]byte{0}, id)
	return append(message, body...), nil
}
