package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/seed-12f469a5/cors"
)

// A liveFile holds the policies of the last version of a file that was good.
type liveFile struct {
	name   string
	log    *log.Logger
	seen   string // what was there the last time: a content, good or bad, or an error
	routes atomic.Pointer[routes]
}

// pick is for [cors.Select]. Whatever happens to the file, a request is served by the one policy that this returns.
func (f *liveFile) pick(r *http.Request) *cors.Policy { return f.routes.Load().pick(r) }

// watch loads the file, and loads it again whenever it changes, until ctx is done. The error is that of the first time.
func watch(ctx context.Context, name string, logger *log.Logger) (*liveFile, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	// It is the folder that is watched. Editors replace a file by another, and Kubernetes replaces what the folder's
	// symbolic links lead through (..data): who watches the file itself goes on watching the old one. And it is watched
	// before the file is read, so that no change falls between the two.
	f := &liveFile{name: name, log: logger}
	if err = watcher.Add(filepath.Dir(name)); err == nil {
		err = f.load()
	}
	if err != nil {
		watcher.Close()
		return nil, err
	}
	go func() {
		defer watcher.Close()
		f.follow(ctx, watcher)
	}()
	return f, nil
}

// follow loads the file a moment after anything happens in its folder: changes come in bursts, and the first of them may be
// that the file is empty.
func (f *liveFile) follow(ctx context.Context, watcher *fsnotify.Watcher) {
	var settled <-chan time.Time // nil while there is nothing to do
	// For what no event tells: network file systems, or a folder that was itself replaced.
	anyway := time.NewTicker(time.Minute)
	defer anyway.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-watcher.Events:
		case <-watcher.Errors: // events were lost, so anything may have happened
		case <-anyway.C:
		case <-settled:
			settled = nil
			if err := f.load(); err != nil {
				f.log.Printf("%v\nThe policies have not changed.", err)
			}
			continue
		}
		if settled == nil { // and not put off by every event, or a busy folder would put it off for ever
			settled = time.After(100 * time.Millisecond)
		}
	}
}

// load replaces the policies by those in the file, if it has changed and is good.
func (f *liveFile) load() error {
	content, err := os.ReadFile(f.name)
	seen := fmt.Sprintf("%v\n%s", err, content)
	if seen == f.seen {
		return nil
	}
	f.seen = seen
	if err != nil {
		return err
	}
	loaded, err := parse(f.name, content)
	if err != nil {
		return err
	}
	f.routes.Store(loaded)
	for _, warning := range loaded.warnings {
		f.log.Print(warning)
	}
	f.log.Printf("%s: %d policies are in force", f.name, loaded.number)
	return nil
}
