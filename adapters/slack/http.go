package slack

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"circlekeeper/bot/intake"
)

// Bounds of requests over HTTP.
const (
	maxRequest = 1 << 20         // bytes of a body; Slack's are much smaller
	headStart  = 5 * time.Second // a request may be signed so long before this process began
	lookEvery  = time.Minute     // how often it is checked whether the token is still valid
	anyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:="
)

// ServeHTTP receives what Slack posts in HTTP mode, by POST: commands, interactivity and events. It
// works while Serve runs. Every request must have a signature that is no older than five
// minutes. A repeated request is only acknowledged. A command, a button or a form that was
// signed before this process began is refused, because an earlier process may have handled it.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.c.Secret == "" {
		http.Error(w, "Slack is not served over HTTP", http.StatusNotFound)
		return
	}
	if isProbe(r) {
		a.answerProbe(w, r)
		return
	}
	signed, ok := intake.Signing{Stamp: "X-Slack-Request-Timestamp", Code: "X-Slack-Signature", Prefix: "v0=", Size: sha256.Size}.Read(r.Header, a.now())
	if !ok {
		a.refuse(w)
		return
	}
	before := "v0:" + signed.Stamp + ":" // the signature covers this with the body behind it
	text, done, err := a.c.Unverified.Read(w, r, before, maxRequest)
	if err != nil {
		intake.RefuseUnread(w, intake.BodyStatus(err))
		return
	}
	sum := hmac.New(sha256.New, []byte(a.c.Secret))
	_, _ = sum.Write(text) // writing to a hash never fails
	good := hmac.Equal(sum.Sum(nil), signed.Code)
	done()
	if !good {
		a.refuse(w)
		return
	}
	q, challenge, err := decodeRequest(r.Header.Get("Content-Type"), text[len(before):])
	switch {
	case err != nil:
		a.c.Log.Warn("payload from Slack could not be read")
		http.Error(w, "payload", http.StatusBadRequest)
	case challenge != "":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, challenge) // the sender may be gone
	default:
		if strings.Join(q.ids, "") == "" { // then its signature identifies the request
			q.ids = []string{"mac " + string(signed.Code)}
		}
		// Tell whether it was signed before this process began. The process's age is measured
		// and not read off the clock, which may have been set since.
		now := a.now()
		q.early = now.Sub(signed.At) > now.Sub(a.began)+headStart
		a.receive(w, r, q)
	}
}

// refuse answers a request that Slack did not sign.
func (a *Adapter) refuse(w http.ResponseWriter) {
	if a.unsigned.wait(a.now()) == 0 {
		a.c.Log.Warn("request without a good signature: if Slack's own are refused, compare SLACK_SIGNING_SECRET with the app's page, Basic Information, and this machine's clock with the time")
	}
	intake.RefuseUnread(w, http.StatusUnauthorized)
}

// maxProbe bounds the body of Slack's check of the certificate, in bytes.
const maxProbe = 511

// isProbe tells whether a request may be Slack's check of the certificate, which has no
// signature.
// https://docs.slack.dev/interactivity/implementing-slash-commands
func isProbe(r *http.Request) bool {
	return r.Header.Get("X-Slack-Signature") == "" && r.Header.Get("X-Slack-Request-Timestamp") == "" &&
		r.ContentLength > 0 && r.ContentLength <= maxProbe
}

// answerProbe answers that check. It does nothing else, whoever asks.
func (a *Adapter) answerProbe(w http.ResponseWriter, r *http.Request) {
	body, done, err := a.c.Unverified.Read(w, r, "", maxProbe)
	if err != nil {
		a.refuse(w)
		return
	}
	defer done()
	if probe, err := url.ParseQuery(string(body)); err != nil || probe.Get("ssl_check") != "1" {
		a.refuse(w)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// receive passes a request to the running Serve, and makes sure that it is acknowledged in time
// whatever happens. The response may carry the answer.
func (a *Adapter) receive(w http.ResponseWriter, r *http.Request, q request) {
	s := a.server.Load()
	if s == nil {
		http.Error(w, "not serving", http.StatusServiceUnavailable) // Slack will try again
		return
	}
	response := intake.NewResponse(w, r)
	acknowledge := &ack{wait: ackTime, room: maxRequest, send: func(payload []byte, more bool) error {
		return response.Give("application/json; charset=utf-8", payload, more)
	}}
	switch err := s.take(q, acknowledge, (*intake.Visit).Run); {
	case errors.Is(err, errEarly):
		if a.unsigned.wait(a.now()) == 0 {
			a.c.Log.Warn("request that was signed before this program began: if it is not from just before a restart, compare this machine's clock with the time")
		}
		http.Error(w, "signed too early", http.StatusUnauthorized)
	case err != nil:
		http.Error(w, "not serving", http.StatusServiceUnavailable)
	case !response.End():
		w.WriteHeader(http.StatusOK)
	}
}

// decodeRequest reads a verified body: a form with a command or a payload, or an event as JSON.
// challenge is the text that Slack wants back when it checks the address.
func decodeRequest(kind string, body []byte) (q request, challenge string, err error) {
	media, _, err := mime.ParseMediaType(kind)
	if err != nil {
		return request{}, "", errPayload
	}
	switch media {
	case "application/json":
		var p struct {
			Type      string `json:"type"`
			Challenge string `json:"challenge"`
		}
		if json.Unmarshal(body, &p) != nil {
			return request{}, "", errPayload
		}
		switch p.Type {
		case "url_verification":
			if only(p.Challenge, 200, anyLetters) == "unknown" {
				return request{}, "", errPayload
			}
			return request{}, p.Challenge, nil
		case "event_callback":
			q, err = decodeEvent(body)
		}
		return q, "", err
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return request{}, "", errPayload
		}
		if form.Has("payload") {
			q, err = decodeInteractive([]byte(form.Get("payload")))
			q.once = true
			return q, "", err
		}
		q, err = command{
			Command: form.Get("command"),
			Team:    form.Get("team_id"), Enterprise: form.Get("enterprise_id"), Channel: form.Get("channel_id"), User: form.Get("user_id"),
			Text: form.Get("text"), ResponseURL: form.Get("response_url"), Trigger: form.Get("trigger_id"),
		}.request()
		q.once = true
		return q, "", err
	}
	return request{}, "", errPayload
}

// serveHTTP lets ServeHTTP work until ctx ends or Slack refuses the token, which it checks from
// time to time.
func (s *serving) serveHTTP(ctx context.Context) error {
	s.server.Store(s)
	defer func() {
		s.server.Store(nil)
		s.connected.Store(0)
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
			s.connected.Store(0)
			s.c.Log.Warn("Slack does not answer", "error", err, "attempt", failures)
		default:
			failures = 0
			s.connected.Store(1)
		}
		if !s.sleep(ctx, wait) {
			return nil
		}
	}
}
