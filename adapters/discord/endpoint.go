package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot/intake"
)

// maxInteraction bounds an interaction's body in bytes: a form has at most 20,000 characters,
// and Discord adds the rest.
const maxInteraction = 256 << 10

// How old, or how far ahead, a request's timestamp may be, by our clock and, once known, by
// Discord's. Someone who has recorded a request can repeat it only within this time. This also
// holds after a restart or with another replica, which do not remember the request.
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

// ServeHTTP is Discord's interactions endpoint in HTTP mode. Discord tries it
// with wrong signatures now and then, and drops one that accepts them.
// https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	stamp, signature, ok := signedBy(r.Header, time.Now())
	if !ok {
		intake.RefuseUnread(w, http.StatusUnauthorized)
		return
	}
	// The signature covers the stamp with the body behind it.
	signed, done, err := a.unverified.Read(w, r, stamp, maxInteraction)
	if err != nil {
		intake.RefuseUnread(w, intake.BodyStatus(err))
		return
	}
	good := len(a.key) == ed25519.PublicKeySize && ed25519.Verify(a.key, signed, signature)
	done()
	if !good || !a.timely(stamp, time.Now()) {
		refuse(w, http.StatusUnauthorized)
		return
	}
	body := signed[len(stamp):]
	in, err := decode(body)
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

// signedBy reads the signature's headers. A request that cannot be Discord's, or is too old by
// our clock, is refused before its body is read.
func signedBy(h http.Header, now time.Time) (stamp string, signature []byte, ok bool) {
	stamps, signatures := h.Values("X-Signature-Timestamp"), h.Values("X-Signature-Ed25519")
	if len(stamps) != 1 || len(signatures) != 1 || len(stamps[0]) > maxStamp || len(signatures[0]) != 2*ed25519.SignatureSize {
		return "", nil, false
	}
	seconds, err := strconv.ParseInt(stamps[0], 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > maxSkew {
		return "", nil, false
	}
	signature, err = hex.DecodeString(signatures[0])
	return stamps[0], signature, err == nil
}

// timely tells whether the request is recent by Discord's clock. If it is not, and Discord's
// clock was not just read, it is read again: ours may have been set since.
func (r *api) timely(stamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	theirs, read := r.clock.At(now)
	if err != nil || !read.IsZero() && theirs.Sub(time.Unix(seconds, 0)).Abs() > maxAge {
		if now.Sub(read) > time.Minute {
			r.doubt()
		}
		return false
	}
	return true
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
