package browsertest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file starts browsers, each with a profile of its own behind a proxy of its own, and ends them.

// An engine is a kind of browser.
type engine struct {
	name  string
	paths []string // where the browser may be
	needs []string // other programs that it needs

	// launch returns the program that opens the page at url; profile is an empty directory.
	launch func(path, profile, proxy, url string) (*exec.Cmd, error)
}

const install = "apt-get install chromium firefox-esr webkit2gtk-driver xvfb"

var engines = []engine{
	{
		name:  "Chromium",
		paths: []string{"/usr/bin/chromium"},
		launch: func(path, profile, proxy, url string) (*exec.Cmd, error) {
			return exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
				"--disable-extensions", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
				"--proxy-server="+proxy, "--proxy-bypass-list=<-loopback>", "--user-data-dir="+profile, url), nil
		},
	},
	{
		name:  "Firefox",
		paths: []string{"/usr/bin/firefox-esr"},
		launch: func(path, profile, proxy, url string) (*exec.Cmd, error) {
			prefs, err := firefoxPrefs(proxy)
			if err != nil {
				return nil, err
			}
			if err := os.WriteFile(filepath.Join(profile, "user.js"), prefs, 0o600); err != nil {
				return nil, err
			}
			return exec.Command(path, "--headless", "--no-remote", "--profile", profile, url), nil
		},
	},
	{
		name: "WebKit",
		paths: []string{
			"/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
			"/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
		},
		needs: []string{"Xvfb"},
		launch: func(path, profile, proxy, url string) (*exec.Cmd, error) {
			cmd := exec.Command(path, "--proxy=http://"+proxy, "--ignore-host=none.invalid", url)
			cmd.Env = []string{"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", "LIBGL_ALWAYS_SOFTWARE=1"}
			return cmd, nil
		},
	},
}

// firefoxPrefs sends Firefox through the proxy and keeps it from visiting its maker.
func firefoxPrefs(proxy string) ([]byte, error) {
	host, port, err := net.SplitHostPort(proxy)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for name, value := range map[string]string{
		"network.proxy.type":                                "1",
		"network.proxy.http":                                strconv.Quote(host),
		"network.proxy.http_port":                           port,
		"network.proxy.ssl":                                 strconv.Quote(host),
		"network.proxy.ssl_port":                            port,
		"network.proxy.no_proxies_on":                       `""`,
		"network.proxy.allow_hijacking_localhost":           "true",
		"network.captive-portal-service.enabled":            "false",
		"network.connectivity-service.enabled":              "false",
		"network.trr.mode":                                  "5",
		"dom.security.https_first":                          "false",
		"dom.security.https_only_mode":                      "false",
		"app.normandy.enabled":                              "false",
		"app.update.enabled":                                "false",
		"browser.aboutwelcome.enabled":                      "false",
		"browser.preonboarding.enabled":                     "false",
		"browser.safebrowsing.malware.enabled":              "false",
		"browser.safebrowsing.phishing.enabled":             "false",
		"browser.sessionstore.resume_from_crash":            "false",
		"browser.shell.checkDefaultBrowser":                 "false",
		"browser.startup.homepage_override.mstone":          `"ignore"`,
		"datareporting.policy.dataSubmissionEnabled":        "false",
		"datareporting.healthreport.uploadEnabled":          "false",
		"extensions.getAddons.cache.enabled":                "false",
		"services.settings.server":                          `"data:,"`,
		"toolkit.cosmeticAnimations.enabled":                "false",
		"toolkit.telemetry.reportingpolicy.firstRun":        "false",
		"browser.newtabpage.activity-stream.feeds.topsites": "false",
	} {
		fmt.Fprintf(&b, "user_pref(%q, %s);\n", name, value)
	}
	return b.Bytes(), nil
}

// find returns the path of the engine's browser. The error says how to install it.
func (e engine) find() (string, error) {
	for _, name := range e.needs {
		if _, err := exec.LookPath(name); err != nil {
			return "", fmt.Errorf("%s needs %s: %s", e.name, name, install)
		}
	}
	for _, path := range e.paths {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not installed: %s", e.name, install)
}

// A browser is an engine that is running, with the page of an origin open.
type browser struct {
	*proxy
	version string

	dir      string // for all that it writes
	programs []*program
	context  context.Context // ends with the browser
	cancel   context.CancelCauseFunc
}

// patience is how long a browser may take for one step. It is long because machines may be busy; nothing waits for it
// unless all is lost.
const patience = time.Minute

// start opens a browser on the page of app.
func (e engine) start() (*browser, error) {
	path, err := e.find()
	if err != nil {
		return nil, err
	}
	b := &browser{}
	b.context, b.cancel = context.WithCancelCause(context.Background())
	if err := b.open(e, path); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", e.name, err), b.stop())
	}
	return b, nil
}

func (b *browser) open(e engine, path string) (err error) {
	if b.dir, err = os.MkdirTemp("", "browsertest-"); err != nil {
		return err
	}
	if b.proxy, err = startProxy(); err != nil {
		return err
	}
	env := os.Environ()
	for _, name := range []string{"HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"} {
		dir := filepath.Join(b.dir, strings.ToLower(name))
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		env = append(env, name+"="+dir)
	}
	if len(e.needs) > 0 {
		display, err := b.startDisplay()
		if err != nil {
			return err
		}
		env = append(env, "DISPLAY="+display, "GDK_BACKEND=x11")
	}
	if b.version, err = versionOf(path, env); err != nil {
		return err
	}
	profile := filepath.Join(b.dir, "profile")
	if err := os.Mkdir(profile, 0o700); err != nil {
		return err
	}
	cmd, err := e.launch(path, profile, b.address, app+pagePath)
	if err != nil {
		return err
	}
	cmd.Env = append(env, cmd.Env...)
	if err := b.run(cmd); err != nil {
		return err
	}
	return b.within(patience, func(ctx context.Context) error {
		_, err := b.session.greet(ctx, app)
		return err
	})
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

func versionOf(path string, env []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = env
	var stderr tail
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w\n%s", path, err, stderr.String())
	}
	version := versionNumber.Find(out)
	if version == nil {
		return "", fmt.Errorf("%s --version says %q, which has no number", path, out)
	}
	return string(version), nil
}

// startDisplay starts an X server on a free display and returns the display's name.
func (b *browser) startDisplay() (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	err = b.run(cmd)
	w.Close() // ours, so that reading ends if Xvfb does
	if err != nil {
		return "", err
	}
	r.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(r).ReadString('\n') // to the end of the line, or else Xvfb writes to a pipe that is closed
	if err != nil {
		return "", fmt.Errorf("the X server names no display: %w\n%s", err, b.programs[len(b.programs)-1].stderr.String())
	}
	return ":" + strings.TrimSpace(number), nil
}

// perform has the browser make the fetch of s.
func (b *browser) perform(s step) (got result, err error) {
	err = b.within(patience+s.after, func(ctx context.Context) error {
		got, err = b.session.perform(ctx, s)
		return err
	})
	return got, err
}

// visit has the browser open the page at an origin's root, which reports to the session when it is done.
func (b *browser) visit(origin string) (said reply, err error) {
	err = b.within(patience, func(ctx context.Context) error {
		said, err = b.session.visit(ctx, origin, "/")
		return err
	})
	return said, err
}

// within gives f some time. If f does not succeed then the browser is of no more use, and the error says what it last wrote.
func (b *browser) within(d time.Duration, f func(context.Context) error) error {
	if err := context.Cause(b.context); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(b.context, d, fmt.Errorf("nothing happened for %v", d))
	defer cancel()
	err := f(ctx)
	if err != nil {
		for _, p := range b.programs {
			err = fmt.Errorf("%w\n%s: %s", err, filepath.Base(p.cmd.Path), p.stderr.String())
		}
		b.cancel(fmt.Errorf("the browser failed before: %w", err))
	}
	return err
}

// stop ends the browser and removes all that it has written.
func (b *browser) stop() error {
	b.cancel(errors.New("the browser was stopped"))
	for i := len(b.programs) - 1; i >= 0; i-- {
		p := b.programs[i]
		endGroup(p.cmd, p.exited)
	}
	if b.proxy != nil {
		b.proxy.stop()
	}
	if b.dir == "" {
		return nil
	}
	// What was killed may still have a file to write.
	var err error
	for range 50 {
		if err = os.RemoveAll(b.dir); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// A program is running, or has run.
type program struct {
	cmd    *exec.Cmd
	stderr *tail
	exited chan struct{}
}

// run starts cmd for the browser, which is of no more use when it exits.
func (b *browser) run(cmd *exec.Cmd) error {
	p := &program{cmd: cmd, stderr: &tail{}, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = io.Discard, p.stderr
	cmd.WaitDelay = time.Second
	group(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	b.programs = append(b.programs, p)
	go func() {
		err := cmd.Wait()
		b.cancel(fmt.Errorf("%s ended: %v", filepath.Base(cmd.Path), err))
		close(p.exited)
	}()
	return nil
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
