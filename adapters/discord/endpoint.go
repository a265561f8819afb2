package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// maxInteraction bounds an interaction's body: a form holds at most 20,000
// characters, the rest is Discord's own.
const maxInteraction = 256 << 10

// How old, or how far ahead, a request's timestamp may be: by our clock, and by
// Discord's own, once that is known. Who recorded a request cannot use it again for
// long, not after a restart and not with another replica, which remember nothing.
const (
	maxSkew = 5 * time.Minute
	maxAge  = 15 * time.Second
)

// maxStamp is how many characters a timestamp has at most.
const maxStamp = 20

func publicKey(s string) (ed25519.PublicKey, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, errors.New("DISCORD_PUBLIC_KEY is missing: copy it from the application's General Information page")
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, errors.New("DISCORD_PUBLIC_KEY is not a public key: it has 64 characters from 0 to 9 and a to f; copy it from the application's General Information page")
	}
	return b, nil
}

// holdEndpoint answers what ServeHTTP receives until ctx ends. People are
// answered even while Discord's own API is out of reach.
func (a *Adapter) holdEndpoint(ctx context.Context, d *desk, later *sync.WaitGroup) error {
	a.desk.Store(d)
	defer a.desk.Store(nil)
	if err := a.prepare(ctx, d.h.Commands(), later); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	a.connected.Store(true)
	defer a.connected.Store(false)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.doubted:
		}
		err := a.do(ctx, http.MethodGet, "/users/@me", "GET /users/@me", nil, nil)
		if errors.Is(err, ErrToken) {
			return err
		}
	}
}

// ServeHTTP is Discord's interactions endpoint in HTTP mode. Discord tries it
// with wrong signatures now and then, and drops one that accepts them.
// https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	stamp := r.Header.Get("X-Signature-Timestamp")
	if len(stamp) > maxStamp {
		refuse(w, http.StatusUnauthorized)
		return
	}
	// The signature covers the stamp with the body behind it.
	signed := bytes.NewBuffer(make([]byte, 0, len(stamp)+int(min(max(r.ContentLength, 0), maxInteraction))+bytes.MinRead))
	signed.WriteString(stamp)
	_, err := signed.ReadFrom(http.MaxBytesReader(w, r.Body, maxInteraction))
	body := signed.Bytes()[len(stamp):]
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		refuse(w, http.StatusBadRequest)
		return
	case !fresh(stamp, time.Now()) || !a.signed(r.Header.Get("X-Signature-Ed25519"), signed.Bytes()) || !a.recent(stamp, time.Now()):
		refuse(w, http.StatusUnauthorized)
		return
	}
	in, err := decode(body)
	switch {
	case err != nil || in.Type < discordgo.InteractionPing || in.Type > discordgo.InteractionModalSubmit:
		refuse(w, http.StatusBadRequest)
		return
	case in.Type == discordgo.InteractionPing:
		_ = respond(w, []byte(`{"type":1}`)) // Discord hears nothing and asks again
		return
	}
	a.answerOn(w, r, in)
}

// fresh tells whether a request's timestamp is of now.
func fresh(stamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= maxSkew
}

// recent tells whether it is of now by Discord's clock. Where it is not, that clock
// is read again, if not a moment ago: ours may have been set since.
func (a *Adapter) recent(stamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	theirs, read := a.clock.at(now)
	if err != nil || !read.IsZero() && theirs.Sub(time.Unix(seconds, 0)).Abs() > maxAge {
		if now.Sub(read) > time.Minute {
			a.doubt()
		}
		return false
	}
	return true
}

// signed tells whether Discord signed the bytes.
func (a *Adapter) signed(signature string, what []byte) bool {
	given, err := hex.DecodeString(signature)
	return err == nil && len(given) == ed25519.SignatureSize && len(a.key) == ed25519.PublicKeySize && ed25519.Verify(a.key, what, given)
}

// answerOn gives the first answer in the response. What is slower than that is
// told later, as it is over the gateway; the response says then that its connection
// is not for another request, as this one is still being worked on.
func (a *Adapter) answerOn(w http.ResponseWriter, r *http.Request, in interaction) {
	d := a.desk.Load()
	if d == nil {
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	work, err := d.admit(in)
	switch {
	case errors.Is(err, errAgain):
		refuse(w, http.StatusUnauthorized)
		return
	case err != nil:
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	answered := false
	work(func(_ context.Context, body json.RawMessage, more bool) error {
		if r.Context().Err() != nil {
			return errGone
		}
		answered = true
		if more {
			w.Header().Set("Connection", "close")
		}
		if respond(w, body) != nil { // why, would name the peer
			return errUnsent
		}
		return nil
	})
	if !answered {
		refuse(w, http.StatusServiceUnavailable)
	}
}

var (
	errGone   = errors.New("Discord no longer waits for the answer")
	errUnsent = fmt.Errorf("%w: the response could not be sent", bot.ErrUnknown)
)

// respond sends the response. What is told later may reach Discord before it does,
// and is then told again.
func respond(w http.ResponseWriter, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

func refuse(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}
