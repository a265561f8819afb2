package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot/intake"
)

// maxInteraction bounds an interaction's body in bytes: a form has at most 20,000 characters,
// and Discord adds the rest.
const maxInteraction = 256 << 10

// maxAge is how old, or how far ahead, a request's timestamp may be by Discord's clock, once that
// is known.
const maxAge = 15 * time.Second

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

// holdEndpoint answers what ServeHTTP receives until ctx ends, even while Discord's API is out
// of reach.
func (a *Adapter) holdEndpoint(ctx context.Context) error {
	a.connected.Store(true)
	defer a.connected.Store(false)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.doubted:
		}
		err := a.get(ctx, "/users/@me", nil)
		if errors.Is(err, ErrToken) {
			return err
		}
	}
}

// ServeHTTP is Discord's interactions endpoint in HTTP mode, for POST. Discord tries it with wrong
// signatures now and then, and drops one that accepts them.
// https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	signed, ok := intake.Signing{Stamp: "X-Signature-Timestamp", Code: "X-Signature-Ed25519", Size: ed25519.SignatureSize}.Read(r.Header, time.Now())
	if !ok {
		intake.RefuseUnread(w, http.StatusUnauthorized)
		return
	}
	// The signature covers the stamp with the body behind it.
	text, done, err := a.c.Unverified.Read(w, r, signed.Stamp, maxInteraction)
	if err != nil {
		intake.RefuseUnread(w, intake.BodyStatus(err))
		return
	}
	good := len(a.key) == ed25519.PublicKeySize && ed25519.Verify(a.key, text, signed.Code)
	done()
	if !good || !a.timely(signed.At, time.Now()) {
		refuse(w, http.StatusUnauthorized)
		return
	}
	in, err := decode(text[len(signed.Stamp):])
	switch {
	case err != nil || in.Type < discordgo.InteractionPing || in.Type > discordgo.InteractionModalSubmit:
		refuse(w, http.StatusBadRequest)
		return
	case in.Type == discordgo.InteractionPing:
		_ = intake.NewResponse(w, r).Give("application/json", []byte(`{"type":1}`), false) // without an answer, Discord would ask again
		return
	}
	a.answerOn(w, r, in)
}

// timely tells whether the request is recent by Discord's clock. If it is not, and Discord's
// clock was not just read, it is read again: ours may have been set since.
func (r *api) timely(at, now time.Time) bool {
	theirs, read := r.clock.At(now)
	if read.IsZero() || theirs.Sub(at).Abs() <= maxAge {
		return true
	}
	if now.Sub(read) > time.Minute {
		r.doubt()
	}
	return false
}

// answerOn gives the first answer in the HTTP response. A slower answer follows by a request,
// as over the gateway.
func (a *Adapter) answerOn(w http.ResponseWriter, r *http.Request, in interaction) {
	response := intake.NewResponse(w, r)
	err := a.admit(in, func(_ context.Context, body json.RawMessage, more bool) error {
		return response.Give("application/json", body, more)
	}, (*intake.Visit).Run)
	switch given := response.End(); {
	case errors.Is(err, intake.ErrAgain):
		refuse(w, http.StatusUnauthorized)
	case !given:
		refuse(w, http.StatusServiceUnavailable)
	}
}

func refuse(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}
