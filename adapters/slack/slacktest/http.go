package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Secret signs what the fake posts in HTTP mode.
const Secret = "0123456789abcdef0123456789abcdef"

// PostTo makes the fake post what people do to an address, signed, instead of
// sending it over sockets.
func (s *Server) PostTo(address, secret string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.postTo, s.secret = address, secret
}

// Sign gives the value of X-Slack-Signature for a body stamped at a second.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func Sign(secret, stamp string, body []byte) string {
	sum := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(sum, "v0:"+stamp+":") // a hash takes anything
	_, _ = sum.Write(body)
	return "v0=" + hex.EncodeToString(sum.Sum(nil))
}

// NewRequest is a signed request as Slack makes it.
func NewRequest(ctx context.Context, address, secret, contentType string, at time.Time, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", Sign(secret, stamp, body))
	return r, nil
}

// Encode is the body of an envelope as it is posted, and its type.
func Encode(envelope any) (body []byte, contentType string) {
	e, ok := envelope.(map[string]any)
	payload, isObject := e["payload"].(map[string]any)
	switch {
	case ok && isObject && e["type"] == "slash_commands":
		form := url.Values{}
		for k, v := range payload {
			if text, ok := v.(string); ok {
				form.Set(k, text)
			}
		}
		return []byte(form.Encode()), "application/x-www-form-urlencoded"
	case ok && e["type"] == "interactive":
		return []byte(url.Values{"payload": {string(encode(e["payload"]))}}.Encode()), "application/x-www-form-urlencoded"
	case ok && isObject:
		return encode(payload), "application/json"
	}
	return encode(envelope), "application/json"
}

// post delivers an envelope over HTTP and takes the response as its acknowledgement. The caller
// holds the lock; the request is made without it.
func (s *Server) post(envelope any) bool {
	address, secret, at := s.postTo, s.secret, s.o.Now()
	s.Work.Go(func() {
		body, kind := Encode(envelope)
		r, err := NewRequest(context.Background(), address, secret, kind, at, body)
		if err != nil {
			return
		}
		e, _ := envelope.(map[string]any)
		if n, again := e["retry_attempt"].(int); again {
			r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(n))
			r.Header.Set("X-Slack-Retry-Reason", "http_timeout")
		}
		c := &http.Client{Timeout: 10 * time.Second}
		resp, err := c.Do(r)
		if err != nil {
			return
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		id, _ := e["envelope_id"].(string)
		if err != nil || resp.StatusCode != http.StatusOK {
			s.record(Request{Method: "ack", Status: resp.StatusCode, Error: "not acknowledged"})
			return
		}
		ack := map[string]any{"envelope_id": id}
		if json.Valid(answer) {
			ack["payload"] = json.RawMessage(answer)
		}
		if _, lost := s.fault("ack"); lost {
			return // Slack lost what was answered
		}
		s.Mu.Lock()
		fault := s.acked(id, answer)
		s.Note(Request{Method: "ack", Body: encode(ack), Status: http.StatusOK, Error: fault})
		s.Mu.Unlock()
	})
	return true
}
