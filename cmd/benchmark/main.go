// Command benchmark measures what the program promises. It builds circlekeeper, runs it as a
// separate process with the fake Discord and Slack, and prints figures. Run it from the
// module's root.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c struct {
		Simulate simulateCommand `cmd:"" help:"Weeks of a clinic, seed after seed, with kills, lost answers, outages, wrong clocks and restored backups: nothing lost, nothing doubled, nothing early, nothing that is not allowed."`
		Crash    crashCommand    `cmd:"" help:"Kill the program at each point of a delivery's way, round after round: nothing lost, nothing doubled."`
		Flat     flatCommand     `cmd:"" help:"From ten thousand to ten million reminders at rest, ten thousand due at one instant; beside it robfig/cron's own runner."`
		Idle     idleCommand     `cmd:"" help:"Three processes on one PostgreSQL while nothing is due: processor, statements a second, memory."`
		Places   placesCommand   `cmd:"" help:"Many places due together at a fake that allows 50 requests a second."`
		Lateness latenessCommand `cmd:"" help:"How late each of 40 places due together is, after the pace's share."`
		Start    startCommand    `cmd:"" help:"Start-up, memory at rest, size of the program."`

		DiscordHTTP    discordHTTPCommand    `cmd:"" name:"discord-http" help:"Signed interactions at a fixed rate, then as fast as they are answered, beside a bare handler."`
		DiscordServers discordServersCommand `cmd:"" name:"discord-servers" help:"Memory after being told of many servers."`
		DiscordHeal    discordHealCommand    `cmd:"" name:"discord-heal" help:"How soon after each fault of the gateway's people are answered again."`
		DiscordBare    discordBareCommand    `cmd:"" name:"discord-bare" hidden:""`

		SlackHTTP slackHTTPCommand `cmd:"" name:"slack-http" help:"Signed commands at a fixed rate, then as fast as they are answered, beside a bare handler; memory over many."`
		SlackBare slackBareCommand `cmd:"" name:"slack-bare" hidden:""`

		Flood floodCommand `cmd:"" help:"Connections that nobody signed for: memory meanwhile, and how soon /crisis is answered."`

		Runner runnerCommand `cmd:"" hidden:""`
	}
	parsed := kong.Parse(&c, kong.Name("benchmark"), kong.Description("Measures what circlekeeper promises."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if !parsed.Selected().Hidden {
		fmt.Printf("%s on %d cores (%s/%s)\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	}
	parsed.FatalIfErrorf(parsed.Run())
}
