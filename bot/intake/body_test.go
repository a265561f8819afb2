package intake

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// read reads a body as an endpoint does.
func read(u *Unverified, body io.Reader, announced int64, most int) (string, func(), error) {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.ContentLength = announced
	got, done, err := u.Read(httptest.NewRecorder(), r, "stamp", most)
	return string(got), done, err
}

func TestBodies(t *testing.T) {
	t.Parallel()
	u := NewUnverified()
	for _, size := range []int{0, 1, firstPiece - 1, firstPiece, firstPiece + 1, 9_999, 10_000} {
		for _, announced := range []int64{int64(size), -1} {
			body := strings.Repeat("x", size)
			got, done, err := read(u, strings.NewReader(body), announced, 10_000)
			if err != nil || got != "stamp"+body {
				t.Fatalf("%d bytes, announced %d: %d bytes, %v", size, announced, len(got), err)
			}
			done()
		}
	}
	for name, c := range map[string]struct {
		body      io.Reader
		announced int64
		want      error
		status    int
	}{
		"announced too large": {strings.NewReader(""), 10_001, ErrTooLarge, http.StatusRequestEntityTooLarge},
		"too large":           {strings.NewReader(strings.Repeat("x", 10_001)), -1, ErrTooLarge, http.StatusRequestEntityTooLarge},
		"cut":                 {io.MultiReader(strings.NewReader("x"), failing{}), 100, ErrCut, http.StatusBadRequest},
	} {
		if _, _, err := read(u, c.body, c.announced, 10_000); !errors.Is(err, c.want) || BodyStatus(err) != c.status {
			t.Errorf("%s: %v", name, err)
		}
	}
	if u.used != 0 || len(u.bodies) != 0 {
		t.Errorf("%d bytes of %d bodies are left", u.used, len(u.bodies))
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("cut") }

// An announced length takes no memory. If the memory is full, the largest body loses its place.
func TestBodiesShareOneBound(t *testing.T) {
	t.Parallel()
	u := NewUnverified()
	u.most = 64 << 10
	type ended struct {
		done func()
		err  error
	}
	begin := func(sent int) (*io.PipeWriter, chan ended) {
		r, w := io.Pipe()
		end := make(chan ended, 1)
		go func() {
			_, done, err := read(u, r, 1<<20, 1<<20)
			end <- ended{done, err}
		}()
		if _, err := w.Write(make([]byte, sent)); err != nil { // returns once it was read
			t.Fatal(err)
		}
		return w, end
	}
	large, gone := begin(30 << 10) // holds 32 KiB
	var small []*io.PipeWriter
	for range 16 {
		w, _ := begin(10)
		small = append(small, w)
	}
	u.mu.Lock()
	used := u.used
	u.mu.Unlock()
	if used > u.most {
		t.Errorf("%d bytes are held", used)
	}
	for range 4 { // the large body must make room for these
		w, _ := begin(10)
		small = append(small, w)
	}
	body := strings.Repeat("x", 1500)
	got, done, err := read(u, strings.NewReader(body), int64(len(body)), 10_000)
	if err != nil || got != "stamp"+body {
		t.Fatalf("a small request does not get through: %v", err)
	}
	done()
	_ = large.CloseWithError(errors.New("the deadline that was set")) // a pipe has no deadlines
	if e := <-gone; !errors.Is(e.err, ErrCrowded) {
		t.Errorf("the largest: %v", e.err)
	}
	for _, w := range small {
		_ = w.Close() // cut off or whole, the body gives its memory back
	}
}

// Two large bodies are read at a time; other large ones wait for their turn, small ones do not.
func TestLargeBodiesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := NewUnverified()
		ends := make(chan error, 8)
		begin := func() *io.PipeWriter {
			r, w := io.Pipe()
			go func() {
				_, done, err := read(u, r, 1<<20, 1<<20)
				if err == nil {
					done()
				}
				_ = r.Close()
				ends <- err
			}()
			go func() { _, _ = w.Write(make([]byte, 1<<19)) }()
			synctest.Wait()
			return w
		}
		first := begin()
		second := begin()
		third := begin()
		body := strings.Repeat("x", large-100)
		if _, done, err := read(u, strings.NewReader(body), int64(len(body)), 1<<20); err != nil {
			t.Fatalf("a small body beside large ones: %v", err)
		} else {
			done()
		}
		_ = first.Close()
		if err := <-ends; err != nil {
			t.Errorf("the first: %v", err)
		}
		synctest.Wait()
		_ = third.Close() // it got the turn of the first
		if err := <-ends; err != nil {
			t.Errorf("the third: %v", err)
		}
		began := time.Now()
		fourth := begin()
		begin() // second and fourth hold the turns and send no more
		if err := <-ends; !errors.Is(err, ErrCrowded) || time.Since(began) != largeTurn {
			t.Errorf("one that got no turn: %v after %s", err, time.Since(began))
		}
		for _, w := range []*io.PipeWriter{second, fourth} {
			_ = w.Close()
			if err := <-ends; err != nil {
				t.Errorf("one that had its turn: %v", err)
			}
		}
		if len(u.turns) != 0 || u.used != 0 {
			t.Errorf("%d turns and %d bytes are still taken", len(u.turns), u.used)
		}
	})
}

func TestResponse(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	p := NewResponse(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if err := p.Give("application/json", []byte("{}"), false); err != nil || w.Body.String() != "{}" || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Connection") != "" {
		t.Errorf("%d %q %v: %v", w.Code, w.Body, w.Header(), err)
	}
	if err := p.Give("", nil, false); !errors.Is(err, ErrGiven) || !p.End() {
		t.Errorf("twice: %v", err)
	}
	late := NewResponse(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil))
	if late.End() {
		t.Error("given by nobody")
	}
	if err := late.Give("", nil, false); !errors.Is(err, ErrGone) {
		t.Errorf("too late: %v", err)
	}
}

// If a response is given while the work goes on, the platform sends its next request over another
// connection and does not wait.
func TestNobodyWaitsBehindWork(t *testing.T) {
	t.Parallel()
	working := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := NewResponse(w, r)
		long := r.URL.Path == "/long"
		if err := p.Give("text/plain", []byte("promised"), long); err != nil {
			t.Error(err)
		}
		if long {
			<-working
		}
		p.End()
	}))
	defer server.Close()
	defer close(working)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
	for _, path := range []string{"/long", "/short", "/short"} {
		res, err := client.Post(server.URL+path, "text/plain", nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if string(got) != "promised" || err != nil || res.Close != (path == "/long") {
			t.Errorf("%s: %q, closed %v: %v", path, got, res.Close, err)
		}
	}
}
