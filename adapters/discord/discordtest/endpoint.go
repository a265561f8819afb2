package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"
)

// PublicKey returns the fake application's key, as in DISCORD_PUBLIC_KEY.
func PublicKey() string {
	public, ok := privateKey().Public().(ed25519.PublicKey)
	if !ok {
		return ""
	}
	return hex.EncodeToString(public)
}

func privateKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

// Sign makes the headers of a request to the interactions endpoint.
// https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
func Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signature := ed25519.Sign(privateKey(), append([]byte(stamp), body...))
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("X-Signature-Ed25519", hex.EncodeToString(signature))
	h.Set("X-Signature-Timestamp", stamp)
	return h
}

// Deliver makes Do post interactions to an endpoint. With "" it sends them over the gateway
// again.
func (s *Server) Deliver(endpoint string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.endpoint = endpoint
}

// post posts an interaction to the endpoint and accepts the answer, unless a fault of the
// callback has cut it off.
func (s *Server) post(endpoint string, p *Pending, payload []byte) {
	req, err := http.NewRequest(http.MethodPost, endpoint, bytes.NewReader(payload)) //nolint:noctx // the client's timeout bounds it
	if err != nil {
		s.complain("endpoint: " + err.Error())
		return
	}
	req.Header = Sign(payload, s.o.Now())
	client := http.Client{Timeout: firstAnswer, Transport: s.poster}
	resp, err := client.Do(req)
	if err != nil {
		s.complain("the endpoint did not answer in time")
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch again := s.twice(p); {
	case err != nil:
		s.complain("the endpoint's answer was cut off")
	case resp.StatusCode == http.StatusUnauthorized && again:
		// The endpoint refused to handle a repeated interaction, which is right.
	case resp.StatusCode != http.StatusOK:
		s.complain("the endpoint answered " + strconv.Itoa(resp.StatusCode))
	case s.nextFault("POST " + callbackRoute).Reset:
		// Discord lost the answer, because of a fault.
	default:
		_ = p.Take(body) // Take has already noted the complaint
	}
}

// twice tells whether the same interaction was delivered before.
func (s *Server) twice(p *Pending) bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, q := range s.people.asked {
		if q != p.a && q.id == p.ID {
			return true
		}
	}
	return false
}

func (s *Server) complain(why string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.people.refused = append(s.people.refused, why)
	s.Tell()
}
