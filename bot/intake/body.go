package intake

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Why a body was not read.
var (
	ErrTooLarge = errors.New("the body is too large")
	ErrCrowded  = errors.New("too many bodies are being read at once")
	ErrCut      = errors.New("the body ended early")
)

// Unverified bounds the memory for request bodies whose signature is not verified yet, over
// all connections together. A body counts the bytes that have arrived, not its announced
// length. If the memory is full, the largest body loses its place: its connection is cut. Only
// a few large bodies are read at once, each for a short time, so that they do not take all
// processor time. A platform's own requests are small: they get through, however many large
// bodies somebody sends.
type Unverified struct {
	most  int           // bytes
	turns chan struct{} // one for each large body that is being read
	turn  time.Duration // the longest wait for a turn, and the longest turn

	mu     sync.Mutex
	used   int
	bodies map[*body]struct{}
}

const (
	unverifiedMost = 4 << 20         // bytes kept of unverified bodies at once
	firstPiece     = 2 << 10         // bytes: most commands fit
	large          = 64 << 10        // bytes: a larger body waits for its turn; forms are smaller
	largeAtOnce    = 2               // large bodies that are read at the same time
	largeTurn      = 2 * time.Second // platforms wait 3 s, so this leaves time to answer
)

// NewUnverified makes a bound that all endpoints of a program share.
func NewUnverified() *Unverified {
	return &Unverified{
		most: unverifiedMost, turns: make(chan struct{}, largeAtOnce), turn: largeTurn,
		bodies: make(map[*body]struct{}),
	}
}

// body is a request body that is being read or verified.
type body struct {
	until func(time.Time) // sets when a read that waits for bytes fails
	held  int             // bytes
	lost  chan struct{}   // closed when the body loses its place
	whole bool            // it was read to its end: it keeps its place
}

// Read reads a body of at most most bytes and puts prefix before it. The caller must call
// done once the bytes are verified or refused; after an error Read has done so. Errors are
// ErrTooLarge, ErrCrowded and ErrCut.
func (u *Unverified) Read(w http.ResponseWriter, r *http.Request, prefix string, most int) (got []byte, done func(), err error) {
	if r.ContentLength > int64(most) {
		return nil, nil, ErrTooLarge
	}
	control := http.NewResponseController(w)
	b := &body{lost: make(chan struct{}), until: func(t time.Time) {
		_ = control.SetReadDeadline(t) // if it cannot be set, the server's own deadline holds
	}}
	got, err = u.read(b, r.Body, prefix, most, int(r.ContentLength))
	if err != nil {
		u.release(b)
		return nil, nil, err
	}
	return got, func() { u.release(b) }, nil
}

func (u *Unverified) read(b *body, from io.Reader, prefix string, most, announced int) ([]byte, error) {
	size := firstPiece
	if announced >= 0 {
		size = min(size, announced+1) // one more byte: only a longer read finds the end
	}
	limit := len(prefix) + most + 1
	buf := []byte(prefix)
	inTurn := false
	defer func() {
		if inTurn {
			<-u.turns
			b.until(time.Time{}) // a deadline that passes later would cancel the request
		}
	}()
	for ; ; size = min(2*size, most+1) {
		if size > large && !inTurn {
			if inTurn = u.wait(b); !inTurn {
				return nil, ErrCrowded
			}
		}
		if !u.take(b, len(prefix)+size) {
			return nil, ErrCrowded
		}
		larger := make([]byte, len(buf), len(prefix)+size)
		copy(larger, buf)
		buf = larger
		for len(buf) < cap(buf) {
			n, err := from.Read(buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
			switch {
			case len(buf) == limit:
				return nil, ErrTooLarge
			case errors.Is(err, io.EOF) && u.finish(b):
				return buf, nil
			case err != nil && b.isLost():
				return nil, ErrCrowded
			case err != nil:
				return nil, ErrCut
			}
		}
	}
}

// wait waits for the turn of a large body; false if it got none. A turn ends after u.turn, so
// that a slow sender does not keep the others out.
func (u *Unverified) wait(b *body) bool {
	end := time.NewTimer(u.turn)
	defer end.Stop()
	select {
	case u.turns <- struct{}{}:
		u.mu.Lock()
		defer u.mu.Unlock()
		if !b.isLost() {
			b.until(time.Now().Add(u.turn))
		}
		return true
	case <-b.lost:
	case <-end.C:
	}
	return false
}

func (b *body) isLost() bool {
	select {
	case <-b.lost:
		return true
	default:
		return false
	}
}

// take lets a body hold size bytes. If memory is full, larger bodies lose their places for it.
// It returns false if there is no larger one, or if the body lost its own place.
func (u *Unverified) take(b *body, size int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	for !b.isLost() && u.used-b.held+size > u.most {
		largest := b
		for o := range u.bodies {
			if !o.whole && (o.held > largest.held || o.held >= size && largest == b) {
				largest = o
			}
		}
		if largest == b {
			return false
		}
		u.drop(largest)
		close(largest.lost)
		largest.until(time.Unix(1, 0))
	}
	if b.isLost() {
		return false
	}
	u.used += size - b.held
	b.held = size
	u.bodies[b] = struct{}{}
	return true
}

// drop forgets a body. The lock is held.
func (u *Unverified) drop(b *body) {
	if _, ok := u.bodies[b]; ok {
		delete(u.bodies, b)
		u.used -= b.held
	}
}

// finish notes that a body was read to its end; false if it lost its place before.
func (u *Unverified) finish(b *body) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	b.whole = true
	return !b.isLost()
}

func (u *Unverified) release(b *body) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.drop(b)
}

// BodyStatus is the HTTP status that answers an error of Read.
func BodyStatus(err error) int {
	switch {
	case errors.Is(err, ErrTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrCrowded):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// RefuseUnread refuses a request whose body may not have been read to its end.
func RefuseUnread(w http.ResponseWriter, status int) {
	w.Header().Set("Connection", "close")
	http.Error(w, http.StatusText(status), status)
}
