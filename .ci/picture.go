// Command picture draws docs/picture.png, what README shows: a card as Discord and as
// Slack show it, in the playground. It needs Chromium.
//
//	go run .ci/picture.go          draws it
//	go run .ci/picture.go --check  tells whether what it shows has changed since
//
// What it shows is kept beside it in .ci/picture.txt: the words, and a hash of how the
// page is laid out. Two machines draw the same page with other fonts, so that pictures
// themselves cannot be compared.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	file    = "docs/picture.png"
	shown   = ".ci/picture.txt"
	layout  = "adapters/playground/app.css"
	maxSize = 300_000 // bytes; a README is read over slow lines too
	width   = 1200    // pixels
	height  = 900
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := draw(ctx, len(os.Args) > 1 && os.Args[1] == "--check"); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func draw(ctx context.Context, check bool) error {
	folder, err := os.MkdirTemp("", "picture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "circlekeeper")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/circlekeeper")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	try := exec.CommandContext(ctx, binary, "try", "--listen-addr", "127.0.0.1:0", "--log-level", "error")
	try.Dir = folder // no settings lie there
	try.Stderr = os.Stderr
	said, err := try.StdoutPipe()
	if err != nil {
		return err
	}
	if err := try.Start(); err != nil {
		return err
	}
	defer func() {
		_ = try.Process.Signal(os.Interrupt)
		_ = try.Wait()
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		return err
	}
	address := regexp.MustCompile(`http://\S+`).FindString(line)
	if address == "" {
		return errors.New("the playground names no address")
	}

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)
	browser, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	until := func(js string) chromedp.Action[chromedp.Void] {
		return chromedp.Poll[chromedp.Void](js, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(30*time.Second))
	}
	err = chromedp.Do(tab,
		chromedp.EmulateViewport(width, height),
		chromedp.Navigate(address),
		until(`document.getElementById('line').dataset.state === 'live'`),
		chromedp.Click(`input[name="view"][value="all"] + span`),
		chromedp.Evaluate[chromedp.Void](`document.getElementById('text').value = '/strategies listening'; document.getElementById('composer').requestSubmit(); 0`),
		until(`document.querySelector('article.private') !== null`),
		chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); document.querySelector('article.private').scrollIntoView({block: 'start'}); 0`),
		until(`document.getAnimations().every(a => a.playState === 'finished')`),
	)
	if err != nil {
		return err
	}
	words, err := chromedp.Run(tab, chromedp.Evaluate[string](`(a => { a.querySelectorAll('time, details.payload').forEach(t => t.remove()); return a.innerText; })(document.querySelector('article.private').cloneNode(true))`))
	if err != nil {
		return err
	}
	css, err := os.ReadFile(layout)
	if err != nil {
		return err
	}
	now := fmt.Sprintf("%s\n\n%s %x\n", strings.Join(strings.Fields(words), " "), layout, sha256.Sum256(css))
	if check {
		then, err := os.ReadFile(shown)
		if err == nil && string(then) != now {
			err = errors.New("docs/picture.png shows what was before: draw it with go run .ci/picture.go")
		}
		return err
	}
	png, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	if len(png) > maxSize {
		return fmt.Errorf("the picture has %d bytes, more than %d", len(png), maxSize)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(shown, []byte(now), 0o644); err != nil {
		return err
	}
	fmt.Println(file, len(png), "bytes")
	return nil
}
