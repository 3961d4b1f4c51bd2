package kong

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/seed-12f469a5/cors"
)

// This file rewrites regular expressions so that Kong matches the same with them: Kong decides by the characters of an
// entry whether it is an expression and what it is matched against, and adds no more than a "$" to it.

// originRegexpEntry rewrites an expression of cors.WithOriginRegexps: to Kong it has to have a ":".
func originRegexpEntry(expr string) (string, error) {
	r := rewriter{src: expr, keepColons: true}
	out, err := r.rewrite()
	if err != nil {
		return "", err
	}
	if null := admitsNull(expr); null || r.alternatives || r.looksAnchored(out) || isFlat(out) || isSeveral(out) || !strings.Contains(out, ":") {
		out = "(?:" + out + ")"
		if null {
			out = notNull + out
		}
	}
	return out, nil
}

// hostRegexpEntry rewrites an expression of cors.WithHostRegexps: to Kong it must not have a ":".
func hostRegexpEntry(expr string) (string, error) {
	r := rewriter{src: expr}
	out, err := r.rewrite()
	if err != nil {
		return "", err
	}
	switch null := admitsNull(expr); {
	case null || r.alternatives || r.looksAnchored(out) || isSeveral(out):
		out = "(" + out + ")"
		r.captures = true
		if null {
			out = notNull + out
		}
	case isFlat(out):
		out = "^" + out
	}
	if r.captures && r.backrefs {
		return "", errors.New("it has back-references, which groups that Kong makes necessary would renumber (an entry " +
			`with a ":", even that of "(?:", is not a host to it); write it for the whole origin, with WithOriginRegexps`)
	}
	return out, nil
}

// A rewriter copies an expression that cors has compiled, which is therefore well-formed, and says each ":" in another
// way.
type rewriter struct {
	src        string
	keepColons bool

	pos int
	out strings.Builder
	err error

	depth        int
	extended     bool // (?x) was seen
	anchored     bool // the last character is an anchor
	alternatives bool // outside of groups
	backrefs     bool
	captures     bool // a group that did not capture does
}

const colon = `\x3a`

// looksAnchored reports whether Kong takes the last character of what has been written for an anchor that it is not.
func (r *rewriter) looksAnchored(out string) bool { return strings.HasSuffix(out, "$") && !r.anchored }

// notNull stands before an expression that Kong would match against the origin null too, which cors matches against none.
const notNull = "(?!null$)"

// admitsNull reports whether expr may match "null". It tries that as a host, since cors matches nothing against the origin.
func admitsNull(expr string) bool {
	p, err := cors.New(cors.WithHostRegexps(expr))
	if err != nil {
		return true
	}
	return p.Decide(&http.Request{Header: http.Header{"Origin": {"https://null"}}}).Reason != cors.OriginNotAllowed
}

const hintASCII = "it has a character that is not ASCII; Kong takes it for several, of which a quantifier repeats the last alone, " +
	"and no origin holds one; write international names in punycode (xn--…)"

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func (r *rewriter) rewrite() (string, error) {
	if !isASCII(r.src) {
		return "", errors.New(hintASCII)
	}
	for r.pos < len(r.src) && r.err == nil {
		switch c := r.src[r.pos]; c {
		case '\\':
			r.escape()
		case '[':
			r.class()
		case '(':
			r.group()
		case ')':
			r.depth--
			r.copy(1)
		case '|':
			r.alternatives = r.alternatives || r.depth == 0
			r.copy(1)
		case '#':
			if r.extended {
				r.err = errors.New("it has a comment after #, which may swallow the $ that Kong adds; remove the comment")
			}
			r.copy(1)
		default:
			r.anchored = r.pos == len(r.src)-1
			r.copy(1)
		}
	}
	return r.out.String(), r.err
}

// copy copies n bytes, but for colons.
func (r *rewriter) copy(n int) {
	s := r.src[r.pos:min(r.pos+n, len(r.src))]
	r.pos += len(s)
	if !r.keepColons {
		s = strings.ReplaceAll(s, ":", colon)
	}
	r.out.WriteString(s)
}

// copyTo copies up to and including the next end, and says whether there was one.
func (r *rewriter) copyTo(end, colon string) bool {
	s, _, found := strings.Cut(r.src[r.pos:], end)
	r.pos += len(s)
	r.out.WriteString(strings.ReplaceAll(s, ":", colon))
	r.copy(len(end))
	return found
}

func (r *rewriter) escape() {
	rest := r.src[r.pos:]
	switch {
	case strings.HasPrefix(rest, `\Q`):
		start := r.out.Len()
		if !r.copyTo(`\E`, ":") {
			r.out.WriteString(`\E`) // for something may follow now
		}
		if !r.keepColons && strings.Contains(r.out.String()[start:], ":") {
			r.err = errors.New(`it quotes a ":" with \Q, and an entry with a ":" is not a host to Kong; write it as \x3a`)
		}
	case strings.HasPrefix(rest, `\:`) && !r.keepColons: // the colon alone, or else it would be escaped twice
		r.pos++
	case strings.HasPrefix(rest, `\c:`):
		r.pos += len(`\c:`)
		r.out.WriteByte('z') // which it means
	case strings.HasPrefix(rest, `\c`):
		r.copy(3)
	default:
		if strings.IndexByte("123456789kg", rest[1]) >= 0 {
			r.backrefs = true
		}
		r.copy(2)
	}
}

// posixClasses are the members of the POSIX classes that are found in expressions for hosts.
var posixClasses = map[string]string{
	"alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "lower": "a-z", "upper": "A-Z", "digit": "0-9", "xdigit": "0-9a-fA-F",
	"word": `\w`, "space": `\s`, "^digit": `\D`, "^word": `\W`, "^space": `\S`,
}

func (r *rewriter) class() {
	r.copy(1)
	r.copyQuotedNothing()
	if strings.HasPrefix(r.src[r.pos:], "^") {
		r.copy(1)
		r.copyQuotedNothing()
	}
	for first := true; r.pos < len(r.src); first = false {
		rest := r.src[r.pos:]
		name, isPOSIX := posixName(rest)
		switch {
		case rest[0] == ']' && !first:
			r.copy(1)
			return
		case isPOSIX && r.keepColons:
			r.copy(len("[::]") + len(name))
		case isPOSIX:
			r.pos += len("[::]") + len(name)
			members, ok := posixClasses[name]
			if !ok {
				r.err = fmt.Errorf(`it has [:%s:], and an entry with a ":" is not a host to Kong; write the characters out`, name)
			}
			r.out.WriteString(members)
		case rest[0] == '\\':
			r.escape()
		default:
			r.copy(1)
		}
	}
}

// copyQuotedNothing copies what may stand before the first member of a class and means nothing.
func (r *rewriter) copyQuotedNothing() {
	for _, nothing := range []string{`\E`, `\Q\E`} {
		if strings.HasPrefix(r.src[r.pos:], nothing) {
			r.copy(len(nothing))
			r.copyQuotedNothing()
		}
	}
}

// posixName returns the name of the POSIX class that s, inside a bracketed class, begins with.
func posixName(s string) (name string, ok bool) {
	s, ok = strings.CutPrefix(s, "[:")
	if !ok {
		return "", false
	}
	name, _, ok = strings.Cut(s, ":]")
	return name, ok && strings.Trim(name, "^abcdefghijklmnopqrstuvwxyz") == ""
}

func (r *rewriter) group() {
	rest := r.src[r.pos:]
	if strings.HasPrefix(rest, "(?#") {
		r.copyTo(")", ";")
		return
	}
	if strings.HasPrefix(rest, "(?P=") {
		r.backrefs = true
	}
	flags, isFlags := flagsOf(rest)
	r.extended = r.extended || strings.Contains(flags, "x")
	r.depth++
	switch {
	case r.keepColons || !isFlags || rest[len("(?")+len(flags)] != ':':
		r.copy(1)
	default: // (?flags:
		r.pos += len("(?") + len(flags) + len(":")
		r.captures = true
		r.out.WriteString("(")
		if flags != "" {
			r.out.WriteString("(?" + flags + ")")
		}
	}
}

// flagsOf returns the flags of s if it begins with (?flags: or (?flags).
func flagsOf(s string) (flags string, ok bool) {
	s, ok = strings.CutPrefix(s, "(?")
	if !ok {
		return "", false
	}
	end := strings.IndexAny(s, ":)")
	if end < 0 || strings.Trim(s[:end], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return "", false
	}
	return s[:end], true
}
