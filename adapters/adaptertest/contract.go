package adaptertest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Contract is a platform's own description of the requests that it accepts, with rules that
// only its documents have. It is safe for concurrent use.
type Contract struct {
	base    string // address of the description inside the compiler
	pointer func(name string) (string, error)
	beside  func(name string, v any) []error

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	known    map[string]*jsonschema.Schema
}

// Discord reads the OpenAPI description in dir/discord-openapi.json. Its names
// are a method and the description's path: "POST /channels/{channel_id}/messages".
func Discord(dir string) (*Contract, error) {
	c, err := open(filepath.Join(dir, "discord-openapi.json"))
	if err != nil {
		return nil, err
	}
	c.pointer = func(name string) (string, error) {
		method, path, ok := strings.Cut(name, " ")
		if !ok {
			return "", fmt.Errorf("%q is not a method and a path", name)
		}
		return "/paths/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(path) + "/" + strings.ToLower(method) +
			"/requestBody/content/application~1json/schema", nil
	}
	c.beside = besideDiscord
	return c, nil
}

// Slack reads the schema in dir/slack-blocks.schema.json. Its names are "blocks" (a message's
// array of them), "message" (the JSON arguments of chat.postMessage, or the body for a response
// URL), "modal", "home", "metadata", and "request". The last is for any request or
// acknowledgement: it is checked for whichever of these it contains, if any.
func Slack(dir string) (*Contract, error) {
	c, err := open(filepath.Join(dir, "slack-blocks.schema.json"))
	if err != nil {
		return nil, err
	}
	c.pointer = func(name string) (string, error) {
		p, ok := map[string]string{
			"blocks": "/definitions/KnownBlock", "message": "/definitions/KnownBlock", "modal": "/definitions/ModalView",
			"home": "/definitions/HomeView", "metadata": "/definitions/MessageMetadata",
		}[name]
		if !ok {
			return "", fmt.Errorf("the contract has no %q", name)
		}
		return p, nil
	}
	c.beside = besideSlack
	return c, nil
}

func open(file string) (*Contract, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, fmt.Errorf("contract %s: %w", filepath.Base(file), err)
	}
	c := &Contract{base: "contract:" + filepath.Base(file), compiler: jsonschema.NewCompiler(), known: map[string]*jsonschema.Schema{}}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(c.base, doc); err != nil {
		return nil, fmt.Errorf("contract %s: %w", filepath.Base(file), err)
	}
	return c, nil
}

// Validate checks the JSON body of a request against the contract. The error lists all faults.
func (c *Contract) Validate(name string, body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if name == "request" {
		return c.validateRequest(v)
	}
	return c.validate(name, v)
}

func (c *Contract) validate(name string, v any) error {
	s, err := c.schema(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var wrong []error
	for _, part := range parts(name, v) {
		wrong = append(wrong, s.Validate(part))
	}
	wrong = append(wrong, c.beside(name, v)...)
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (c *Contract) validateRequest(v any) error {
	var wrong []error
	if field(v, "text") != nil || field(v, "blocks") != nil {
		wrong = append(wrong, c.validate("message", v))
	}
	if m := field(v, "metadata"); m != nil {
		wrong = append(wrong, c.validate("metadata", m))
	}
	if view := field(v, "view"); view != nil {
		wrong = append(wrong, c.validate(text(view, "type"), view))
	}
	if p := field(v, "payload"); p != nil {
		wrong = append(wrong, c.validateRequest(p))
	}
	return errors.Join(wrong...)
}

// parts returns what the schema of a name describes. For "blocks" these are the single blocks,
// because Slack's types have no name for the list.
func parts(name string, v any) []any {
	switch name {
	case "blocks":
		return list(v)
	case "message":
		return list(field(v, "blocks"))
	}
	return []any{v}
}

func (c *Contract) schema(name string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.known[name]; s != nil {
		return s, nil
	}
	p, err := c.pointer(name)
	if err != nil {
		return nil, err
	}
	s, err := c.compiler.Compile(c.base + "#" + (&url.URL{Fragment: p}).EscapedFragment())
	if err == nil {
		c.known[name] = s
	}
	return s, err
}

// Readers of decoded JSON. A value that is absent or of another type reads as empty: the schema
// reports it elsewhere.

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func text(v any, name string) string {
	s, _ := field(v, name).(string)
	return s
}

// number reads an integer; 0 if there is none.
func number(v any, name string) int {
	n, ok := field(v, name).(interface{ Int64() (int64, error) })
	if !ok {
		return 0
	}
	i, _ := n.Int64()
	return int(i)
}

// length counts as JavaScript does, which the platforms use. The result is never less than the
// number of characters.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// every calls f for each object inside v, v included, outer ones first.
func every(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, inner := range v {
			every(inner, f)
		}
	case []any:
		for _, inner := range v {
			every(inner, f)
		}
	}
}

// twice returns the values of a field that occur more than once anywhere in v.
func twice(v any, name string) []error {
	seen := map[string]int{}
	every(v, func(m map[string]any) {
		if s := text(m, name); s != "" {
			seen[s]++
		}
	})
	var out []error
	for s, n := range seen {
		if n > 1 {
			out = append(out, fmt.Errorf("%s %q stands there %d times", name, s, n))
		}
	}
	return out
}
