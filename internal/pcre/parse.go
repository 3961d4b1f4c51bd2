package pcre

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of a pattern. An origin has at most 326 bytes, so nobody needs more; a hostile pattern meets them early.
const (
	MaxLength  = 4096 // bytes of a pattern
	maxDepth   = 250  // nested groups, as in PCRE
	maxCount   = 1000 // a count in {n,m}, as in the standard library
	maxRepeats = 2000 // characters of a pattern once its counted repetitions are written out
)

// An ErrorKind tells the kinds of problems of a pattern apart.
type ErrorKind uint8

const (
	Syntax      ErrorKind = iota // no PCRE at all
	Unsupported                  // PCRE, but nothing that this package can do as PCRE does
	TooLarge                     // beyond a limit
	Explosive                    // can take exponential or high polynomial time
)

// An Error says what is wrong with a pattern and what to write instead.
type Error struct {
	Kind ErrorKind
	Hint string
}

func (e *Error) Error() string { return e.Hint }

type flags struct{ i, x, n, ungreedy bool }

type parser struct {
	src    string
	pos    int
	depth  int
	flags  flags
	groups int            // opened so far
	names  map[string]int // of groups
	closed map[int]bool   // groups that a back-reference may name here
	behind int            // look-behinds around the current position
	dead   string         // the first item of the pattern that can never match
}

// parse turns a pattern into a node. Every character of it is restricted to the bytes of origins.
func parse(src string) (root *node, dead string, err error) {
	if len(src) > MaxLength {
		return nil, "", &Error{TooLarge, fmt.Sprintf("a pattern has at most %d bytes, this one has %d; split it into several", MaxLength, len(src))}
	}
	if !utf8.ValidString(src) {
		return nil, "", &Error{Syntax, "the pattern is not valid UTF-8"}
	}
	p := &parser{src: src, names: map[string]int{}, closed: map[int]bool{}}
	defer func() {
		// The parser stops at the first problem by panicking with it.
		switch e := recover().(type) {
		case nil:
		case *Error:
			root, dead, err = nil, "", e
		default:
			panic(e)
		}
	}()
	root = p.alternation()
	if p.pos < len(p.src) {
		p.fail(Syntax, `unmatched ")": escape it as \) or open the group`)
	}
	if n := size(root); n > maxRepeats {
		p.fail(TooLarge, "it stands for %d characters and assertions, with its counted repetitions; at most %d are allowed, and an origin has at most 326", n, maxRepeats)
	}
	return root, p.dead, nil
}

func (p *parser) fail(kind ErrorKind, format string, args ...any) {
	panic(&Error{kind, fmt.Sprintf(format, args...)})
}

// unsupported refuses a construct that PCRE has, by its name.
func (p *parser) unsupported(construct, instead string) {
	p.fail(Unsupported, "%s is not supported; %s", construct, instead)
}

func (p *parser) rest() string { return p.src[p.pos:] }

func (p *parser) peek(prefix string) bool { return strings.HasPrefix(p.rest(), prefix) }

func (p *parser) accept(prefix string) bool {
	if p.peek(prefix) {
		p.pos += len(prefix)
		return true
	}
	return false
}

// until consumes up to and including end and returns what stands before it.
func (p *parser) until(end, construct string) string {
	before, _, found := strings.Cut(p.rest(), end)
	if !found {
		p.fail(Syntax, "%s is not closed: %q is missing", construct, end)
	}
	p.pos += len(before) + len(end)
	return before
}

func (p *parser) alternation() *node {
	alts := []*node{p.concatenation()}
	for p.accept("|") {
		alt, last := p.concatenation(), alts[len(alts)-1]
		if alt.op == opSet && last.op == opSet {
			alts[len(alts)-1] = &node{op: opSet, set: last.set.union(alt.set)} // a|b is [ab]
			continue
		}
		alts = append(alts, alt)
	}
	if len(alts) == 1 {
		return alts[0]
	}
	return &node{op: opAlt, subs: alts}
}

func (p *parser) concatenation() *node {
	cat := &node{op: opConcat}
	for {
		p.skip()
		if p.pos == len(p.src) || p.peek("|") || p.peek(")") {
			break
		}
		if p.accept(`\Q`) {
			literal := p.rest()
			if before, _, found := strings.Cut(literal, `\E`); found {
				literal, p.pos = before, p.pos+len(before)+len(`\E`)
			} else {
				p.pos = len(p.src)
			}
			for _, r := range literal {
				cat.subs = append(cat.subs, p.alive(p.literal(r), string(r)))
			}
			if literal == "" {
				continue
			}
			last := len(cat.subs) - 1
			cat.subs[last] = p.quantified(cat.subs[last])
			continue
		}
		if p.accept(`\E`) {
			continue
		}
		start := p.pos
		if atom := p.atom(); atom != nil {
			cat.subs = append(cat.subs, p.quantified(p.alive(atom, p.src[start:p.pos])))
		}
	}
	switch len(cat.subs) {
	case 0:
		return &node{op: opEmpty}
	case 1:
		return cat.subs[0]
	}
	return cat
}

// skip passes over comments and, under (?x), white space.
func (p *parser) skip() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case p.accept("(?#"):
			p.until(")", "the comment (?#")
		case p.flags.x && spaces.Has(c):
			p.pos++
		case p.flags.x && c == '#':
			_, after, _ := strings.Cut(p.rest(), "\n")
			p.pos = len(p.src) - len(after)
		default:
			return
		}
	}
}

// atom parses one item without its quantifier; nil for an item that only sets flags.
func (p *parser) atom() *node {
	r, size := utf8.DecodeRuneInString(p.rest())
	switch r {
	case '(':
		return p.group()
	case '[':
		return p.bracket()
	case '\\':
		return p.escape()
	case '*', '+', '?':
		p.fail(Syntax, `nothing to repeat before %q; write \%c for the character itself, or [a-z0-9-]+ for part of a host`, string(r), r)
	case '{':
		if _, _, ok := p.counts(); ok {
			p.fail(Syntax, `nothing to repeat before "{"; write \{ for the character itself`)
		}
	}
	p.pos += size
	switch r {
	case '^':
		return &node{op: opBegin}
	case '$':
		return &node{op: opEnd} // no origin holds a line break, so "before a final newline" does not arise
	case '.':
		return &node{op: opSet, set: originBytes, dot: true}
	}
	return p.literal(r)
}

// literal matches r; a rune that no origin can hold matches nothing.
func (p *parser) literal(r rune) *node {
	var set Set
	if r < 128 {
		set.add(byte(r))
	}
	return p.leaf(set)
}

func (p *parser) leaf(set Set) *node {
	if p.flags.i {
		set = set.fold()
	}
	return &node{op: opSet, set: set.intersect(originBytes)}
}

// alive returns n, and remembers the item that n is if no origin holds it.
func (p *parser) alive(n *node, item string) *node {
	if p.dead == "" && n.op == opSet && n.set.empty() {
		p.dead = item
	}
	return n
}

// counts parses {n}, {n,} or {n,m} if that is what comes next.
func (p *parser) counts() (lo, hi int, ok bool) {
	body, _, found := strings.Cut(p.rest(), "}")
	if !found || body == "" || body[0] != '{' {
		return 0, 0, false
	}
	first, second, ranged := strings.Cut(body[1:], ",")
	if trimmed := strings.ReplaceAll(body[1:], " ", ""); trimmed != body[1:] && strings.Trim(trimmed, "0123456789,") == "" && trimmed != "," && trimmed != "" {
		p.fail(Unsupported, "%q means different things in different versions of PCRE; write {%s}", body+"}", trimmed)
	}
	if first == "" && ranged && allDigits(second) && second != "" {
		p.fail(Unsupported, "%q means different things in different versions of PCRE; write {0,%s}", body+"}", second)
	}
	if first == "" || !allDigits(first) || !allDigits(second) {
		return 0, 0, false
	}
	lo, err := strconv.Atoi(first)
	hi = lo
	if err == nil && ranged {
		hi = -1
		if second != "" {
			hi, err = strconv.Atoi(second)
		}
	}
	if err != nil || lo > maxCount || hi > maxCount {
		p.fail(TooLarge, "%q repeats more than %d times; an origin has at most 326 bytes", body+"}", maxCount)
	}
	if hi >= 0 && hi < lo {
		p.fail(Syntax, "%q counts backwards; write {%d,%d}", body+"}", hi, lo)
	}
	p.pos += len(body) + 1
	return lo, hi, true
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// quantified parses the quantifier that may follow atom.
func (p *parser) quantified(atom *node) *node {
	rep, ok := p.quantifier()
	if !ok {
		return atom
	}
	switch atom.op {
	case opBegin, opEnd, opWordEdge, opLook:
		p.fail(Unsupported, "a quantifier after an assertion is not supported; it has no effect or makes the assertion optional: remove one of them")
	}
	rep.subs = []*node{atom}
	if p.accept("+") {
		p.noAtomicBehind("a possessive quantifier")
		rep = &node{op: opAtomic, subs: []*node{rep}}
	} else {
		rep.lazy = p.accept("?") != p.flags.ungreedy
	}
	if _, again := p.quantifier(); again {
		p.fail(Syntax, "a quantifier follows a quantifier; put the first one in a group: (?:…)")
	}
	if atom.op == opEmpty {
		return atom // as often as you like
	}
	return rep
}

func (p *parser) quantifier() (rep *node, ok bool) {
	p.skip()
	for p.accept(`\E`) || p.accept(`\Q\E`) { // which quote nothing
		p.skip()
	}
	rep = &node{op: opRepeat, max: -1}
	switch {
	case p.accept("*"):
	case p.accept("+"):
		rep.min = 1
	case p.accept("?"):
		rep.max = 1
	default:
		rep.min, rep.max, ok = p.counts()
		return rep, ok
	}
	return rep, true
}

// group parses everything that starts with a parenthesis.
func (p *parser) group() *node {
	if p.depth++; p.depth > maxDepth {
		p.fail(TooLarge, "more than %d groups are nested", maxDepth)
	}
	defer func() { p.depth-- }()

	p.pos++ // the parenthesis
	outer := p.flags
	n := &node{}
	switch {
	case p.accept("*"):
		p.unsupported("(*"+p.until(")", "the verb (*")+")", "remove it")
	case !p.accept("?"):
		if !p.flags.n {
			p.open(n)
		}
	case p.accept(">"):
		n.op = opAtomic
	case p.accept("="):
		n.op = opLook
	case p.accept("!"):
		n.op, n.negated = opLook, true
	case p.accept("<="):
		n.op, n.behind = opLook, true
	case p.accept("<!"):
		n.op, n.behind, n.negated = opLook, true, true
	case p.accept("P<"), p.accept("<"):
		p.openNamed(n, p.until(">", "the group name"))
	case p.accept("'"):
		p.openNamed(n, p.until("'", "the group name"))
	case p.accept("P="):
		return p.named(p.until(")", "the back-reference (?P="))
	case p.accept(":"):
	default:
		if p.setFlags() {
			return nil // (?i): up to the end of the enclosing group
		}
	}

	known := p.closed
	if n.negated || n.behind {
		// What such a group captures is undone afterwards, or captured from right to left: not to be referred to.
		p.closed = maps.Clone(known)
	}
	if n.behind {
		p.behind++
	}
	if n.op == opAtomic {
		p.noAtomicBehind("an atomic group")
	}
	body := p.alternation()
	if !p.accept(")") {
		p.fail(Syntax, `a group is not closed: ")" is missing`)
	}
	if n.behind {
		p.behind--
		if unlimited(body) {
			p.unsupported("a look-behind of unlimited length", "give its repetition a limit, such as {0,63}")
		}
	}
	p.flags = outer
	switch {
	case n.negated || n.behind:
		p.closed = known
	case n.op == opGroup:
		p.closed[n.n] = true
	case n.op == opEmpty: // (?:…), and (…) under (?n)
		// A node of its own, so that a quantifier binds to the whole and not to its last part.
		return body
	}
	n.subs = []*node{body}
	return n
}

// noAtomicBehind refuses what regexp2, which runs a look-behind from right to left, would do the other way around.
func (p *parser) noAtomicBehind(construct string) {
	if p.behind > 0 {
		p.unsupported(construct+" inside a look-behind", "write the look-behind without it")
	}
}

// open makes n a capturing group.
func (p *parser) open(n *node) {
	p.groups++
	n.op, n.n = opGroup, p.groups
}

// openNamed makes n a capturing group with a name.
func (p *parser) openNamed(n *node, name string) {
	p.open(n)
	if !isName(name) {
		p.fail(Syntax, "%q is not a group name; use letters, digits and _", name)
	}
	if _, twice := p.names[name]; twice {
		p.fail(Unsupported, "the group name %q is used twice; use two names", name)
	}
	p.names[name] = n.n
}

func isName(s string) bool {
	for i := range len(s) {
		if !words.Has(s[i]) {
			return false
		}
	}
	return s != "" && !digits.Has(s[0]) && len(s) <= 32
}

// setFlags parses (?flags) and (?flags:, and refuses every other group by its name. It reports whether the group ends
// with the flags.
func (p *parser) setFlags() (alone bool) {
	end := strings.IndexAny(p.rest(), ":)")
	if end < 0 {
		p.fail(Syntax, `a group is not closed: ")" is missing`)
	}
	body := p.src[p.pos : p.pos+end]
	on := true
	for i, c := range body {
		switch c {
		case '-':
			if !on {
				p.refuseGroup()
			}
			on = false
		case 'i':
			p.flags.i = on
		case 'm', 's': // no origin holds a line break: nothing changes
		case 'n':
			p.flags.n = on
		case 'U':
			p.flags.ungreedy = on
		case 'x':
			if strings.HasPrefix(body[i:], "xx") {
				p.unsupported("(?xx)", "use (?x)")
			}
			p.flags.x = on
		default:
			p.refuseGroup()
		}
	}
	p.pos += end + 1
	return p.src[p.pos-1] == ')'
}

// refuseGroup names what comes after "(?".
func (p *parser) refuseGroup() {
	rest := p.rest()
	name := "(?" + rest[:min(len(rest), strings.IndexAny(rest+")", ")")+1)]
	if len(name) > 20 {
		name = name[:20] + "…"
	}
	for _, known := range []struct{ prefix, what, instead string }{
		{"R", "recursion", "write the repetition out"},
		{"&", "a subroutine call", "write the group again"},
		{"P>", "a subroutine call", "write the group again"},
		{"+", "a subroutine call", "write the group again"},
		{"-", "a subroutine call", "write the group again"},
		{"|", "a branch reset", "give each branch groups of its own"},
		{"(", "a conditional", "write both cases as alternatives with a look-ahead each"},
		{"C", "a callout", "remove it"},
		{"*", "a non-atomic look-ahead", "write (?=…)"},
		{"[", "an extended class", "write the class out"},
		{"^", "a flag reset", "write (?-i)"},
		{"J", "a repeated group name", "use different names"},
	} {
		if strings.HasPrefix(rest, known.prefix) {
			p.unsupported(known.what+" "+name, known.instead)
		}
	}
	if rest != "" && digits.Has(rest[0]) {
		p.unsupported("a subroutine call "+name, "write the group again")
	}
	p.fail(Syntax, "%s is not a group that PCRE knows", name)
}

// named refers to a group by its name.
func (p *parser) named(name string) *node {
	if !isName(name) {
		p.fail(Syntax, "%q is not a group name; use letters, digits and _, or \\g{1} for a number", name)
	}
	return p.backref(p.names[name], name)
}

// numbered refers to a group by its number or, relative to here, a negative number.
func (p *parser) numbered(ref string) *node {
	n, err := strconv.Atoi(ref)
	switch {
	case strings.HasPrefix(ref, "+"):
		p.unsupported(fmt.Sprintf(`\g{%s}, a reference to a group that is to come`, ref), "refer to one that is complete")
	case err != nil:
		return p.named(ref)
	case n < 0:
		n += p.groups + 1
	}
	return p.backref(n, ref)
}

// backref refers to group n, which is written ref.
func (p *parser) backref(n int, ref string) *node {
	if !p.closed[n] {
		p.fail(Unsupported, "the back-reference to %q names no group that is complete here", ref)
	}
	if p.behind > 0 {
		p.unsupported("a back-reference inside a look-behind", "move it out")
	}
	return &node{op: opBackref, n: n}
}

// escape parses what starts with a backslash outside a class.
func (p *parser) escape() *node {
	if set, ok := p.charType(); ok {
		return p.leaf(set)
	}
	rest := p.rest()[1:]
	if rest == "" {
		p.fail(Syntax, `a pattern cannot end with a backslash; a literal one is written \\`)
	}
	switch c := rest[0]; {
	case c == 'A':
		p.pos += 2
		return &node{op: opBegin}
	case c == 'z' || c == 'Z':
		p.pos += 2
		return &node{op: opEnd}
	case c == 'b' || c == 'B':
		p.pos += 2
		return &node{op: opWordEdge, negated: c == 'B'}
	case '1' <= c && c <= '9':
		end := 1
		for end < len(rest) && digits.Has(rest[end]) {
			end++
		}
		p.pos += 1 + end
		number, _ := strconv.Atoi(rest[:end])
		if code, err := strconv.ParseUint(rest[:end], 8, 7); end > 1 && err == nil && !p.closed[number] {
			p.unsupported(`the octal code \`+rest[:end]+`, which would be a back-reference if there were as many groups`, fmt.Sprintf(`write \x%02x`, code))
		}
		return p.numbered(rest[:end])
	case c == 'k':
		p.pos += 2
		for _, quotes := range []string{"<>", "''", "{}"} {
			if p.accept(quotes[:1]) {
				return p.named(p.until(quotes[1:], `the back-reference \k`))
			}
		}
		p.fail(Syntax, `\k needs a name: \k<name>`)
	case c == 'g':
		p.pos += 2
		if p.peek("<") || p.peek("'") {
			p.unsupported(`a subroutine call \g<…>`, "write the group again")
		}
		if p.accept("{") {
			return p.numbered(p.until("}", `the back-reference \g{`))
		}
		end := 0
		for end < len(p.rest()) && (digits.Has(p.rest()[end]) || end == 0 && p.rest()[0] == '-') {
			end++
		}
		ref := p.rest()[:end]
		p.pos += end
		return p.numbered(ref)
	}
	return p.literal(p.escapedRune())
}

// charType parses \d, \w, \s and their complements.
func (p *parser) charType() (set Set, ok bool) {
	if len(p.rest()) < 2 {
		return set, false
	}
	switch c := p.src[p.pos+1]; c | 0x20 {
	case 'd':
		set = digits
	case 'w':
		set = words
	case 's':
		set = spaces
	default:
		return set, false
	}
	if p.src[p.pos+1]&0x20 == 0 {
		set = set.complement()
	}
	p.pos += 2
	return set, true
}

// escapedRune parses an escape that stands for one character, in a class or outside.
func (p *parser) escapedRune() rune {
	p.pos++ // the backslash
	r, size := utf8.DecodeRuneInString(p.rest())
	if size == 0 {
		p.fail(Syntax, `a pattern cannot end with a backslash; a literal one is written \\`)
	}
	p.pos += size
	switch r {
	case 'a':
		return '\a'
	case 'e':
		return '\x1b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'c':
		if p.pos < len(p.src) && ' ' <= p.src[p.pos] && p.src[p.pos] <= '~' {
			c := p.src[p.pos]
			p.pos++
			return rune(strings.ToUpper(string(c))[0] ^ 0x40)
		}
		p.fail(Syntax, `\c needs a printable ASCII character after it`)
	case 'x':
		if p.accept("{") {
			return p.codePoint(p.until("}", `the escape \x{`), 16)
		}
		return p.codePoint("0"+p.digitsUpTo(2, "0123456789abcdefABCDEF"), 16)
	case 'o':
		if p.accept("{") {
			return p.codePoint(p.until("}", `the escape \o{`), 8)
		}
		p.fail(Syntax, `\o needs braces: \o{…}`)
	case '0':
		return p.codePoint("0"+p.digitsUpTo(2, "01234567"), 8)
	}
	if r == 'K' {
		p.unsupported(`the escape \K`, "remove it: what matters is whether the whole origin matches")
	}
	if r < 128 && alnums.Has(byte(r)) {
		p.unsupported(fmt.Sprintf(`the escape \%c`, r), `write a class such as [a-z0-9-] instead, or the character itself without the backslash`)
	}
	return r
}

func (p *parser) digitsUpTo(n int, of string) string {
	start := p.pos
	for p.pos < len(p.src) && p.pos-start < n && strings.IndexByte(of, p.src[p.pos]) >= 0 {
		p.pos++
	}
	return p.src[start:p.pos]
}

func (p *parser) codePoint(digits string, base int) rune {
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		p.fail(Syntax, "%q is not a code point", digits)
	}
	return rune(n)
}

// bracket parses a bracketed class: https://www.pcre.org/current/doc/html/pcre2pattern.html#SEC9
func (p *parser) bracket() *node {
	for _, edge := range []string{"[[:<:]]", "[[:>:]]"} {
		if p.peek(edge) {
			p.unsupported("the word boundary "+edge, `write \b`)
		}
	}
	if _, ok := posixName(p.rest()); ok {
		p.fail(Syntax, "a POSIX class stands inside a bracketed class: [[:digit:]], not [:digit:]")
	}
	p.pos++
	quoting := false // between \Q and \E
	skip := func() {
		for {
			switch {
			case p.accept(`\E`):
				quoting = false
			case !quoting && p.accept(`\Q`):
				quoting = true
			default:
				return
			}
		}
	}
	ahead := func(s string) bool { skip(); return !quoting && p.peek(s) }
	member := func() (set Set, r rune, single bool) {
		if skip(); p.pos == len(p.src) {
			p.fail(Syntax, `a class is not closed: "]" is missing`)
		}
		if !quoting {
			return p.classMember()
		}
		r, size := utf8.DecodeRuneInString(p.rest())
		p.pos += size
		return set, r, true
	}

	negated := ahead("^")
	if negated {
		p.pos++
	}
	var set Set
	for first := true; first || !ahead("]"); first = false {
		some, lo, single := member()
		if !single {
			set = set.union(some)
			if ahead("-") && !p.peek("-]") {
				p.fail(Syntax, `a range cannot start with a class; put a literal "-" last, as in [\d-]`)
			}
			continue
		}
		hi := lo
		if ahead("-") {
			if p.pos++; ahead("]") {
				set.add('-')
			} else {
				if _, hi, single = member(); !single {
					p.fail(Syntax, `a range cannot end with a class; put a literal "-" last, as in [\d-]`)
				}
				if hi < lo {
					p.fail(Syntax, "the range %q is out of order", string(lo)+"-"+string(hi))
				}
			}
		}
		set.addRange(lo, hi)
	}
	p.pos++ // the closing bracket
	if p.flags.i {
		set = set.fold()
	}
	if negated {
		set = set.complement()
	}
	return p.leaf(set)
}

// posixName returns what stands between "[:" and ":]" at the beginning of s, and likewise "[." and "[=", by PCRE's rules.
func posixName(s string) (name string, ok bool) {
	if len(s) < 2 || s[0] != '[' || strings.IndexByte(":.=", s[1]) < 0 {
		return "", false
	}
	for i := 2; i+1 < len(s); i++ {
		switch {
		case s[i] == '\\' && (s[i+1] == ']' || s[i+1] == '\\'):
			i++
		case s[i] == '[' && s[i+1] == s[1] || s[i] == ']':
			return "", false
		case s[i] == s[1] && s[i+1] == ']':
			return s[2:i], true
		}
	}
	return "", false
}

// classMember parses one member of a class: a set, or a single character that may begin a range.
func (p *parser) classMember() (set Set, r rune, single bool) {
	if name, ok := posixName(p.rest()); ok {
		if q := p.rest()[1:2]; q != ":" {
			p.unsupported("the collating element ["+q+"…"+q+"]", "write the characters themselves")
		}
		p.pos += len("[:") + len(name) + len(":]")
		positive, negated := strings.CutPrefix(name, "^")
		set, ok := posixClasses[positive]
		if !ok {
			p.fail(Syntax, "[:%s:] is no POSIX class; write the characters themselves", name)
		}
		if p.flags.i && (positive == "lower" || positive == "upper") {
			set = alphas
		}
		if negated {
			set = set.complement()
		}
		return set, 0, false
	}
	if p.peek(`\`) {
		if set, ok := p.charType(); ok {
			return set, 0, false
		}
		if p.accept(`\b`) {
			return set, '\b', true
		}
		return set, p.escapedRune(), true
	}
	r, size := utf8.DecodeRuneInString(p.rest())
	p.pos += size
	return set, r, true
}
