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

// Unverified bounds the bytes of bodies that nobody has verified yet, over all
// connections together. Space is taken as bytes arrive, not as they are
// announced. Where there is no more, the largest body gives way: its connection
// is cut. A platform's own requests are small, so that they get through however
// many large ones are sent.
type Unverified struct {
	most int

	mu     sync.Mutex
	used   int
	bodies map[*body]struct{}
}

// unverifiedMost is what is kept of unverified bodies at once, in bytes.
const unverifiedMost = 4 << 20

// NewUnverified makes a bound that all endpoints of a program share.
func NewUnverified() *Unverified {
	return &Unverified{most: unverifiedMost, bodies: make(map[*body]struct{})}
}

// body is one that is being read or verified.
type body struct {
	cut   func() // lets a reading that waits for bytes fail
	held  int    // bytes
	lost  bool   // it gave way
	whole bool   // all of it was read: it does not give way any more
}

const firstPiece = 2 << 10 // bytes: most commands fit

// Read reads a body of at most so many bytes and puts prefix before it. done must
// be called once the bytes are verified or refused. Errors are ErrTooLarge,
// ErrCrowded and ErrCut; after an error done has been called.
func (u *Unverified) Read(w http.ResponseWriter, r *http.Request, prefix string, most int) (got []byte, done func(), err error) {
	if r.ContentLength > int64(most) {
		return nil, nil, ErrTooLarge
	}
	control := http.NewResponseController(w)
	b := &body{cut: func() {
		_ = control.SetReadDeadline(time.Unix(1, 0)) // where it cannot be set, the server's own ends the reading
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
		size = min(size, announced+1) // the end shows only when more was asked for
	}
	limit := len(prefix) + most + 1
	buf := []byte(prefix)
	for size += len(prefix); ; size = min(2*size, limit) {
		if !u.take(b, size) {
			return nil, ErrCrowded
		}
		larger := make([]byte, len(buf), size)
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
			case err != nil && u.gaveWay(b):
				return nil, ErrCrowded
			case err != nil:
				return nil, ErrCut
			}
		}
	}
}

// take lets a body hold so many bytes. Larger ones give way for it; it fails if
// there is none, or if the body itself gave way.
func (u *Unverified) take(b *body, size int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	for !b.lost && u.used-b.held+size > u.most {
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
		largest.lost = true
		largest.cut()
	}
	if b.lost {
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

// finish notes that a body is whole, unless it gave way before.
func (u *Unverified) finish(b *body) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	b.whole = true
	return !b.lost
}

func (u *Unverified) gaveWay(b *body) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return b.lost
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
