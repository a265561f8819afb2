package intake

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"circlekeeper/bot"
)

// Why a response was not given. After ErrUnsent the platform may have it.
var (
	ErrGiven  = errors.New("the request was responded to before")
	ErrGone   = errors.New("nobody waits for the response any more")
	ErrUnsent = fmt.Errorf("%w: the response could not be sent", bot.ErrUnknown)
)

// Response is the one response to a request over HTTP. Whoever answers gives it
// from any goroutine, while ServeHTTP waits for it.
type Response struct {
	mu   sync.Mutex
	w    http.ResponseWriter
	r    *http.Request
	done chan struct{} // closed once it was given, or is given up
	gone bool          // ServeHTTP returns: w may not be used any more
}

// NewResponse makes the response to r.
func NewResponse(w http.ResponseWriter, r *http.Request) *Response {
	return &Response{w: w, r: r, done: make(chan struct{})}
}

// Give writes the response, sends it off and lets Wait return.
func (p *Response) Give(contentType string, body []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		if p.gone {
			return ErrGone
		}
		return ErrGiven
	default:
	}
	if p.r.Context().Err() != nil {
		return ErrGone
	}
	defer close(p.done)
	h := p.w.Header()
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

// Over ends Wait, if nothing was given: nothing will be.
func (p *Response) Over() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
	default:
		p.gone = true
		close(p.done)
	}
}

// Wait waits until the response was given, Over is called, the limit passes or
// the platform goes away, and tells whether it was given. After that nothing is.
func (p *Response) Wait(limit time.Duration) (given bool) {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-p.done:
	case <-t.C:
	case <-p.r.Context().Done():
	}
	p.Over()
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.gone
}
