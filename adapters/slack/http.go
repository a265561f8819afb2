package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of requests over HTTP.
const (
	maxRequest = 1 << 20                 // bytes of a body; Slack's are far smaller
	skew       = 5 * time.Minute         // between Slack's stamp and our clock, either way
	answerBy   = 2500 * time.Millisecond // Slack counts a response after 3 s as none
	lookEvery  = time.Minute             // at whether the token is still good
	anyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:="
)

// ServeHTTP takes what Slack posts in HTTP mode, commands, interactivity and
// events alike, while Serve runs. Every request must carry a signature not older
// than five minutes; one that was met before is acknowledged and no more.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	if a.secret == "" {
		http.Error(w, "Slack is not served over HTTP", http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body ended early", http.StatusBadRequest)
		return
	}
	// Slack asks without a signature whether the certificate is good. Nothing is
	// done, whoever asks. https://docs.slack.dev/interactivity/implementing-slash-commands
	if len(body) < 512 && bytes.Contains(body, []byte("ssl_check=1")) {
		if probe, err := url.ParseQuery(string(body)); err == nil && probe.Get("ssl_check") == "1" {
			w.WriteHeader(http.StatusOK)
			return
		}
	}
	mac, ok := verify(a.secret, r.Header, body, a.now())
	if !ok {
		if a.strange.wait(a.now()) == 0 {
			a.log.Warn("request without a good signature: if Slack's own are refused, compare SLACK_SIGNING_SECRET with the app's page, Basic Information, and this machine's clock with the time")
		}
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	q, challenge, err := decodeRequest(r.Header.Get("Content-Type"), body)
	switch {
	case err != nil:
		a.log.Warn("payload from Slack could not be read")
		http.Error(w, "payload", http.StatusBadRequest)
	case challenge != "":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, challenge) // whoever asked may have gone
	default:
		if strings.Join(q.ids, "") == "" { // a name of its own would be signed too
			q.ids = []string{"mac " + mac}
		}
		a.receive(w, r, q)
	}
}

// receive hands a request to whoever serves and sees that it is acknowledged in
// time, whatever becomes of it.
func (a *Adapter) receive(w http.ResponseWriter, r *http.Request, q ask) {
	reply := &reply{w: w, done: make(chan struct{})}
	a.door.RLock()
	s := a.inside
	if s == nil {
		a.door.RUnlock()
		http.Error(w, "not serving", http.StatusServiceUnavailable) // Slack tries again
		return
	}
	s.take(r.Context(), q, reply.give, &s.work)
	a.door.RUnlock()
	select {
	case <-reply.done: // all but forms and what is being typed
		return
	default:
	}
	t := time.NewTimer(answerBy)
	defer t.Stop()
	select {
	case <-reply.done:
	case <-t.C:
		reply.give(nil)
	}
}

// reply is the one response to a request.
type reply struct {
	mu   sync.Mutex
	w    http.ResponseWriter
	done chan struct{} // closed once it was given
	gone bool
}

// give writes the response and sends it off; a second one is dropped.
func (r *reply) give(payload any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return
	}
	r.gone = true
	defer close(r.done)
	var body []byte
	if payload != nil {
		if b, err := json.Marshal(payload); err == nil {
			body = b
			r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
	}
	r.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	r.w.WriteHeader(http.StatusOK)
	_, _ = r.w.Write(body) // whoever asked may have gone
	// The work begins when this returns: Slack is to know by then.
	_ = http.NewResponseController(r.w).Flush()
}

// verify tells whether Slack signed the body within the time allowed, and gives
// the signature.
func verify(secret string, h http.Header, body []byte, now time.Time) (mac string, ok bool) {
	stamps, signatures := h.Values("X-Slack-Request-Timestamp"), h.Values("X-Slack-Signature")
	if secret == "" || len(stamps) != 1 || len(signatures) != 1 || len(stamps[0]) > 12 {
		return "", false
	}
	seconds, err := strconv.ParseInt(stamps[0], 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > skew {
		return "", false
	}
	text, versioned := strings.CutPrefix(signatures[0], "v0=")
	given, err := hex.DecodeString(text)
	if err != nil || !versioned {
		return "", false
	}
	sum := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(sum, "v0:"+stamps[0]+":") // a hash takes anything
	_, _ = sum.Write(body)
	if !hmac.Equal(sum.Sum(nil), given) {
		return "", false
	}
	return string(given), true
}

// decodeRequest reads a verified body: a form with a command or with a payload,
// or an event as JSON. challenge is what Slack wants back where it asks whether
// anybody is there.
func decodeRequest(kind string, body []byte) (q ask, challenge string, err error) {
	media, _, err := mime.ParseMediaType(kind)
	if err != nil {
		return ask{}, "", errPayload
	}
	switch media {
	case "application/json":
		var p struct {
			Type      string `json:"type"`
			Challenge string `json:"challenge"`
		}
		if json.Unmarshal(body, &p) != nil {
			return ask{}, "", errPayload
		}
		switch p.Type {
		case "url_verification":
			if only(p.Challenge, 200, anyLetters) == "unknown" {
				return ask{}, "", errPayload
			}
			return ask{}, p.Challenge, nil
		case "event_callback":
			q, err = decodeEvent(body)
		}
		return q, "", err
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return ask{}, "", errPayload
		}
		if form.Has("payload") {
			q, err = decodeInteractive([]byte(form.Get("payload")))
			return q, "", err
		}
		q, err = command{
			Command: form.Get("command"),
			Team:    form.Get("team_id"), Enterprise: form.Get("enterprise_id"), Channel: form.Get("channel_id"), User: form.Get("user_id"),
			Text: form.Get("text"), ResponseURL: form.Get("response_url"), Trigger: form.Get("trigger_id"),
		}.ask()
		return q, "", err
	}
	return ask{}, "", errPayload
}

// attend serves over HTTP: it opens the door to ServeHTTP until ctx ends or
// Slack refuses the token, which it looks after in the meantime.
func (s *serving) attend(ctx context.Context) error {
	s.door.Lock()
	s.inside = s
	s.door.Unlock()
	defer func() {
		s.door.Lock()
		s.inside = nil
		s.door.Unlock()
		s.lines.Store(0)
		s.work.Wait()
	}()
	for failures := 0; ; {
		_, err := s.whoami(ctx, true)
		wait := lookEvery
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrRefused):
			return err
		case err != nil:
			failures++
			wait = backoff(failures)
			s.lines.Store(0)
			s.log.Warn("Slack does not answer", "error", err, "attempt", failures)
		default:
			failures = 0
			s.lines.Store(1)
		}
		if !s.sleep(ctx, wait) {
			return nil
		}
	}
}
