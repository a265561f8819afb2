package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
)

type floodCommand struct {
	Connections int           `help:"How many connections nobody signed for." default:"1500"`
	Size        int           `help:"Bytes of each body." default:"1048576"`
	For         time.Duration `help:"How long each flood goes on." default:"20s"`
	Only        string        `help:"Only the floods whose names contain this."`
}

// flood is what a sender without the secret sends over one connection.
type flood struct {
	name   string
	path   string
	header string // of a request, without its length
	pause  bool   // the last byte is held back
	mute   bool   // sends many small requests and reads no answers
}

func (c floodCommand) floods() []flood {
	stamp := fmt.Sprint(time.Now().Unix())
	slack := "X-Slack-Request-Timestamp: " + stamp + "\r\nX-Slack-Signature: v0=" + strings.Repeat("a", 64) + "\r\n"
	discord := "X-Signature-Timestamp: " + stamp + "\r\nX-Signature-Ed25519: " + strings.Repeat("a", 128) + "\r\n"
	return []flood{
		{name: "no signature, /slack/events", path: "/slack/events"},
		{name: "no signature, /discord/interactions", path: "/discord/interactions"},
		{name: "a made-up signature, /slack/events", path: "/slack/events", header: slack},
		{name: "a made-up signature, never finished, /slack/events", path: "/slack/events", header: slack, pause: true},
		{name: "a made-up signature, never finished, /discord/interactions", path: "/discord/interactions", header: discord, pause: true},
		{name: "readers who never read, /readyz", path: "/readyz", mute: true},
	}
}

// Run floods the program's endpoints. It prints how much memory the program takes, and how soon
// a signed /crisis is answered meanwhile.
func (c floodCommand) Run(ctx context.Context) error {
	return withDiscord(ctx, discordtest.Options{Forget: true}, func(d *atDiscord) error {
		fake, err := slacktest.Start(slacktest.Options{Forget: true})
		if err != nil {
			return err
		}
		defer fake.Close()
		for _, f := range c.floods() {
			if !strings.Contains(f.name, c.Only) {
				continue
			}
			d.starts++
			p, err := background(exec.Command(d.binary, "run"), "DATABASE_URL=sqlite:"+filepath.Join(d.dir, fmt.Sprint(d.starts, ".db")), "LOG_LEVEL=error",
				"DISCORD_MODE=http", "DISCORD_TOKEN="+discordtest.Token, "DISCORD_API_URL="+d.fake.URL, "DISCORD_PUBLIC_KEY="+discordtest.PublicKey(),
				"SLACK_MODE=http", "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_SIGNING_SECRET="+slacktest.Secret,
				"SLACK_API_URL="+fake.URL, "SLACK_STAFF_CHANNEL="+slacktest.StaffChannel)
			if err != nil {
				return err
			}
			if _, err := p.ready(ctx); err != nil {
				p.abandon()
				return err
			}
			err = c.weigh(ctx, d, p, f)
			p.abandon()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// weigh runs one flood.
func (c floodCommand) weigh(ctx context.Context, d *atDiscord, p *served, f flood) error {
	before, _, err := memory(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.For)
	defer cancel()
	var sent atomic.Int64
	var wait sync.WaitGroup
	for range c.Connections {
		wait.Go(func() {
			for ctx.Err() == nil {
				f.send(ctx, p.address, c.Size, &sent)
				_ = rest(ctx, time.Second) // flood and program share this machine
			}
		})
	}
	most := before
	var took []time.Duration
	unanswered := 0
	var why error // set if the last one was not answered
	worked, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		<-look.C
		now, _, err := memory(p.cmd.Process.Pid)
		if err != nil {
			return err
		}
		most = max(most, now)
		if i%5 != 0 {
			continue
		}
		began := time.Now()
		if err := crisis(d.fake, p.address, i); err != nil {
			unanswered, why = unanswered+1, err
		} else {
			took = append(took, time.Since(began))
		}
	}
	total, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	wait.Wait()
	fmt.Printf("%s, %d connections for %s (%d MB sent): resident before %.1f MB, at most %.1f MB, %s of processor time; /crisis answered %d times, %d times not",
		f.name, c.Connections, c.For, sent.Load()>>20, before, most, total-worked, len(took), unanswered)
	if why != nil {
		fmt.Printf(" (%v)", why)
	}
	if len(took) > 0 {
		fmt.Printf(", p50 %s, slowest %s", quantile(took, 0.5), quantile(took, 1))
	}
	fmt.Println()
	return nil
}

// send sends one request, or as much of it as the program accepts.
func (f flood) send(ctx context.Context, address string, size int, sent *atomic.Int64) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		_ = rest(ctx, 100*time.Millisecond) // nobody takes it now
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if f.mute {
		many := strings.Repeat("GET "+f.path+" HTTP/1.1\r\nHost: bot.example\r\n\r\n", 500)
		for { // until the program does not take any more
			n, err := io.WriteString(conn, many)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	}
	_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: bot.example\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n", f.path, size, f.header)
	piece := bytes.Repeat([]byte("x"), 32<<10)
	for left := size; left > 0; left -= len(piece) {
		if f.pause && left <= len(piece) {
			piece = piece[:left-1]
			if len(piece) == 0 {
				break
			}
		}
		n, err := conn.Write(piece[:min(left, len(piece))])
		sent.Add(int64(n))
		if err != nil {
			return
		}
		if f.pause && left-n <= 1 {
			break
		}
	}
	_, _ = io.Copy(io.Discard, conn) // until the program closes it
}

// crisis asks for help on both platforms, as these do, within their 3 s.
func crisis(fake *discordtest.Server, address string, i int) error {
	c := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	_, body, err := fake.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	if err != nil {
		return err
	}
	first, err := http.NewRequest(http.MethodPost, "http://"+address+"/discord/interactions", bytes.NewReader(body)) //nolint:noctx // the client's timeout bounds it
	if err != nil {
		return err
	}
	first.Header = discordtest.Sign(body, time.Now())
	form := url.Values{
		"command": {"/circle"}, "text": {"crisis"}, "team_id": {slacktest.TeamID}, "channel_id": {slacktest.GroupChannel}, "user_id": {slacktest.Member},
		"trigger_id": {fmt.Sprint("flood.", i)},
	}.Encode()
	second, err := slacktest.NewRequest(context.Background(), "http://"+address+"/slack/events", slacktest.Secret, "application/x-www-form-urlencoded", time.Now(), []byte(form))
	if err != nil {
		return err
	}
	for _, r := range []*http.Request{first, second} {
		res, err := c.Do(r)
		if err != nil {
			return err
		}
		said, err := io.ReadAll(res.Body)
		_ = res.Body.Close() // its content was read
		if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(said, []byte("988")) {
			return fmt.Errorf("answered %d", res.StatusCode)
		}
	}
	return nil
}
