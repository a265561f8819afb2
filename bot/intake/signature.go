package intake

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how old, or how far ahead, a signed request may be by our clock. Someone who has
// recorded a request can repeat it only within this time. This also holds after a restart or with
// another replica, which do not remember the request.
const maxSkew = 5 * time.Minute

// Signing is how a platform signs its requests over HTTP: in two headers.
type Signing struct {
	Stamp  string // name of the header with the time, in seconds since 1970
	Code   string // name of the header with the signature, in hexadecimal digits
	Prefix string // what comes before the digits
	Size   int    // bytes of a signature
}

// Signature is what the headers of a request say about its signature.
type Signature struct {
	Stamp string // the time as it was signed
	At    time.Time
	Code  []byte
}

// Read reads the headers. ok is false for a request that cannot be the platform's, or that is too
// old or too far ahead: its body need not be read.
func (s Signing) Read(h http.Header, now time.Time) (signed Signature, ok bool) {
	stamps, codes := h.Values(s.Stamp), h.Values(s.Code)
	if len(stamps) != 1 || len(codes) != 1 || len(stamps[0]) > 20 || len(codes[0]) != len(s.Prefix)+hex.EncodedLen(s.Size) {
		return Signature{}, false
	}
	seconds, err := strconv.ParseInt(stamps[0], 10, 64)
	at := time.Unix(seconds, 0)
	if err != nil || now.Sub(at).Abs() > maxSkew {
		return Signature{}, false
	}
	digits, begins := strings.CutPrefix(codes[0], s.Prefix)
	code, err := hex.DecodeString(digits)
	return Signature{stamps[0], at, code}, begins && err == nil
}
