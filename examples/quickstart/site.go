package main

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"intended": intended}).Parse(pageHTML))

// site serves the page and what it needs to know, under any host name. It is the page's own server, and thus needs no CORS.
func (d *demo) site() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.page)
	mux.HandleFunc("GET /decisions", d.showDecisions)
	mux.HandleFunc("POST /results", d.logResults)
	return http.NewCrossOriginProtection().Handler(mux) // CORS protects no server from what other sites send
}

func (d *demo) page(w http.ResponseWriter, r *http.Request) {
	policy, err := json.MarshalIndent(d.policy.Config(), "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var page bytes.Buffer
	err = pageTemplate.Execute(&page, map[string]any{
		"Here":     placeOf("http://"+r.Host, d.ports),
		"Places":   places(d.ports),
		"Attempts": attempts,
		"API":      localhost(d.ports.api),
		"Policy":   string(policy),
		"Visit":    rand.Text(),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(page.Bytes())
}

// showDecisions tells what the policy decided about the request with the given id.
func (d *demo) showDecisions(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(d.decisions.about(r.FormValue("id")))
}

// logResults prints what the page found.
func (d *demo) logResults(w http.ResponseWriter, r *http.Request) {
	var results struct {
		Total      int
		Unintended []string
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&results); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	d.out.Printf("%+q: %d of %d as intended", "http://"+r.Host, results.Total-len(results.Unintended), results.Total)
	for _, name := range results.Unintended {
		d.out.Printf("  NOT as intended: %+q", name)
	}
	w.WriteHeader(http.StatusNoContent)
}
