package intake

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"circlekeeper/bot"
)

// Why a response was not given. After ErrUnsent the platform may have it.
var (
	ErrGiven  = errors.New("the request was responded to before")
	ErrGone   = errors.New("nobody waits for the response any more")
	ErrUnsent = fmt.Errorf("%w: the response could not be sent", bot.ErrUnknown)
)

// Response is the one response to a request over HTTP. It may be given from any
// goroutine while ServeHTTP works on the request.
type Response struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	r     *http.Request
	given bool
	over  bool // ServeHTTP returns: w may not be used any more
}

// NewResponse makes the response to r.
func NewResponse(w http.ResponseWriter, r *http.Request) *Response {
	return &Response{w: w, r: r}
}

// Give writes and sends the response. With more, the program goes on working on the request
// after that: Give then closes the connection, so that no other request waits behind this one.
func (p *Response) Give(contentType string, body []byte, more bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.given:
		return ErrGiven
	case p.over || p.r.Context().Err() != nil:
		return ErrGone
	}
	p.given = true
	h := p.w.Header()
	if more {
		h.Set("Connection", "close")
	}
	if len(body) > 0 {
		h.Set("Content-Type", contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	p.w.WriteHeader(http.StatusOK)
	if _, err := p.w.Write(body); err != nil {
		return ErrUnsent // the reason would name the peer
	}
	if err := http.NewResponseController(p.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return ErrUnsent
	}
	return nil
}

// End reports whether the response was given. After End it can be given no more.
func (p *Response) End() (given bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	return p.given
}
