package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/discord/discordtest"
)

type discordHTTPCommand struct {
	Rate    int           `help:"Interactions a second, whatever the answers take." default:"500"`
	For     time.Duration `help:"How long." default:"60s"`
	Workers int           `help:"How many ask at once when throughput is measured." default:"32"`
	Burst   int           `help:"How many interactions throughput is measured with; 0 leaves it out." default:"90000"`

	answered atomic.Int64 // bytes
}

// Run signs interactions as Discord does and posts them to the program, first at a fixed rate,
// then as fast as it answers. It does the same with a handler that only verifies the signature
// and answers.
func (c *discordHTTPCommand) Run(ctx context.Context) error {
	return withDiscord(ctx, discordtest.Options{Forget: true}, func(d *atDiscord) error {
		p, err := d.start(ctx, "DISCORD_MODE=http", "DISCORD_PUBLIC_KEY="+discordtest.PublicKey())
		if err != nil {
			return err
		}
		defer p.abandon()
		ours := "http://" + p.address + "/discord/interactions"
		open := func(p *served, to string) asked {
			cl := client()
			return asked{p.cmd.Process.Pid, func(length time.Duration) ([]time.Duration, int, error) {
				began := time.Now() // each is signed for the time at which it is sent: old ones are refused
				all, err := interactions(d.fake, int(length.Seconds()*float64(c.Rate)), func(i int) time.Time {
					return began.Add(time.Duration(i) * time.Second / time.Duration(c.Rate))
				})
				if err != nil {
					return nil, 0, err
				}
				took, failed := c.openLoop(ctx, cl, to, all)
				return took, failed, nil
			}}
		}
		program := open(p, ours)
		took, failed, err := program.ask(time.Second)
		if err != nil {
			return err
		}
		size := c.answered.Load() / int64(max(len(took)-failed, 1))
		self, err := os.Executable()
		if err != nil {
			return err
		}
		bare, err := background(exec.Command(self, "discord-bare", fmt.Sprint(size)))
		if err != nil {
			return err
		}
		defer bare.abandon()
		if err := listening(ctx, bare.address); err != nil {
			return err
		}
		fmt.Printf("open loop, %d/s for %s each, in turns of %s\n", c.Rate, c.For, turn)
		if err := sideBySide(c.For, program, open(bare, "http://"+bare.address+"/")); err != nil {
			return err
		}
		if c.Burst == 0 {
			return p.stop()
		}
		ask := func(to string) func(n int) (float64, int, error) {
			return func(n int) (float64, int, error) {
				soon := time.Now().Add(10 * time.Second) // signed ahead of time: accepted for 25 s
				all, err := interactions(d.fake, n, func(int) time.Time { return soon })
				if err != nil {
					return 0, 0, err
				}
				rate, failed := c.closedLoop(ctx, to, all)
				return rate, failed, nil
			}
		}
		err = duel(fmt.Sprintf("%d at once, answers of %d bytes", c.Workers, size), c.Burst,
			contender{p.cmd.Process.Pid, ask(ours)}, contender{bare.cmd.Process.Pid, ask("http://" + bare.address + "/")})
		if err != nil {
			return err
		}
		return p.stop()
	})
}

// signed is an interaction ready to be posted.
type signed struct {
	body   []byte
	header http.Header
}

// interactions makes n of them: commands, buttons, menus and typing. at returns the time for
// which each is signed.
func interactions(s *discordtest.Server, n int, at func(i int) time.Time) ([]signed, error) {
	kinds := []discordtest.Ask{
		{Kind: discordtest.Command, Name: "strategies"},
		{Kind: discordtest.Command, Name: "crisis", Locale: "es-ES"},
		{Kind: discordtest.Component, CustomID: "1/strategies/?name=strategy-listening&part=more", On: &discordtest.Shown{Ephemeral: true}},
		{Kind: discordtest.Component, CustomID: "menu", Values: []string{"1/challenges/?name=challenge-attendance"}, On: &discordtest.Shown{Ephemeral: true}},
		{Kind: discordtest.Autocomplete, Name: "agreements", Args: map[string]string{"name": "list"}, Focused: "name"},
	}
	out := make([]signed, n)
	for i := range out {
		_, body, err := s.Payload(kinds[i%len(kinds)])
		if err != nil {
			return nil, err
		}
		out[i] = signed{body, discordtest.Sign(body, at(i))}
	}
	return out, nil
}

// post posts an interaction and counts the bytes of the answer.
func (c *discordHTTPCommand) post(ctx context.Context, cl *http.Client, to string, s signed) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(s.body))
	if err != nil {
		return err
	}
	req.Header = s.header
	res, err := cl.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	c.answered.Add(n)
	if err == nil && (res.StatusCode != http.StatusOK || n == 0) {
		err = fmt.Errorf("answered %d", res.StatusCode)
	}
	return err
}

func client() *http.Client {
	return &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024}}
}

// openLoop posts at a fixed rate, whether or not answers come. The time of an answer counts
// from the moment at which its request was due.
func (c *discordHTTPCommand) openLoop(ctx context.Context, cl *http.Client, to string, all []signed) (took []time.Duration, failed int) {
	took = make([]time.Duration, len(all))
	var errs atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for i, s := range all {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(c.Rate))
		if rest(ctx, time.Until(due)) != nil {
			break
		}
		wait.Go(func() {
			if err := c.post(ctx, cl, to, s); err != nil {
				errs.Add(1)
			}
			took[i] = time.Since(due)
		})
	}
	wait.Wait()
	return took, int(errs.Load())
}

// closedLoop posts as fast as answers come and tells how many a second.
func (c *discordHTTPCommand) closedLoop(ctx context.Context, to string, all []signed) (perSecond float64, failed int) {
	var next, errs atomic.Int64
	var wait sync.WaitGroup
	cl := client()
	began := time.Now()
	for range c.Workers {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				if err := c.post(ctx, cl, to, all[i]); err != nil {
					errs.Add(1)
				}
			}
		})
	}
	wait.Wait()
	return float64(len(all)) / time.Since(began).Seconds(), int(errs.Load())
}

type discordBareCommand struct {
	Size int `arg:"" help:"Bytes of an answer."`
}

// Run serves the least that an endpoint must do: it verifies and answers, always with the same
// text, as long as the program's average answer.
func (c discordBareCommand) Run(ctx context.Context) error {
	key, err := hex.DecodeString(discordtest.PublicKey())
	if err != nil {
		return err
	}
	const around = `{"type":4,"data":{"flags":64,"content":""}}`
	answer := strings.Replace(around, `""`, `"`+strings.Repeat("x", max(c.Size-len(around), 0))+`"`, 1)
	server := &http.Server{Addr: os.Getenv("LISTEN_ADDR"), ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		given, bad := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
		if err != nil || bad != nil || !ed25519.Verify(key, append([]byte(r.Header.Get("X-Signature-Timestamp")), body...), given) {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := io.WriteString(w, answer); err != nil {
			return
		}
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
