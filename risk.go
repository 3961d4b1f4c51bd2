package cors

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"github.com/seed-12f469a5/cors/internal/pcre"
)

// This file judges entries: which let strangers in, each for a danger that permits it, and which match nothing.

// judgeOrigin judges an entry of the list of origins.
func (c *compiler) judgeOrigin(s string, o pattern) {
	if o.anyHost() {
		c.risk(AnyOriginWithCredentials, "origins", s, CodeAnyOrigin, "the pages of any host may use the API; name the hosts")
		return
	}
	if o.scheme == "http" && !isLoopback(o.host) {
		instead := o
		instead.scheme = "https"
		if o.host == "0.0.0.0" || o.host == "[::]" { // where a server listens
			instead.scheme, instead.host = "http", "localhost"
		}
		c.risk(InsecureOrigins, "origins", s, CodeInsecureOrigin, "whoever can change unencrypted traffic can act as this origin; write %q", instead.String())
	}
	if o.scheme == "ws" || o.scheme == "wss" {
		c.warn("origins", s, CodeIneffective, "no page has this origin, not even one that opens a WebSocket; write %q", "http"+strings.TrimPrefix(o.String(), "ws"))
	}
	if strings.Trim(o.scheme, "fhtps") == "" && o.scheme != "http" && o.scheme != "https" {
		c.warn("origins", s, CodeIneffective, "no browser has pages of this scheme; write %q", "https"+strings.TrimPrefix(o.String(), o.scheme))
	}
	if o.wild && isShared(o.host) && !isLoopback(o.host) {
		c.risk(PublicSuffixes, "origins", s, CodePublicSuffix,
			"%s; name the hosts", whoever(o.host))
	}
}

// isShared reports whether strangers can have names somewhere below host: right below it, as below github.io, or further
// down, as below kawasaki.jp and amazonaws.com. Of such a domain it takes every part for shared, as its parts change (AWS opens
// a region).
//
// https://publicsuffix.org
func isShared(host string) bool {
	host = strings.TrimRight(host, ".") // an expression may admit more than one, which is no name but may be a mistake
	suffix, _ := publicsuffix.PublicSuffix(host)
	below, _ := publicsuffix.PublicSuffix("x." + host)
	if suffix == host || below == "x."+host {
		return true
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && (sharedDomains()[domain] || sharedDomains()["*."+suffix])
}

// whoever says who can have names below a host that is shared.
func whoever(host string) string {
	host = strings.TrimRight(host, ".")
	suffix, icann := publicsuffix.PublicSuffix(host)
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil &&
		(strings.Contains(unlistedDomains, " "+domain+" ") || strings.Contains(unlistedDomains, " *."+suffix+" ")) {
		return fmt.Sprintf("anybody can have a name below %q", host)
	}
	if !icann && !strings.Contains(suffix, ".") {
		return fmt.Sprintf("nobody knows who can have a name below %q, which the public suffix list does not have", host)
	}
	where := "below"
	if suffix != host {
		where = "further below"
	}
	return fmt.Sprintf("anybody can have a name %s %q, by the public suffix list", where, host)
}

// sharedDomains are those that somebody owns, but that have public suffixes further below. The package publicsuffix knows
// them but has no way down its tree; TestWildcardsAndPublicSuffixes says what is missing here when it is updated.
var sharedDomains = sync.OnceValue(func() map[string]bool {
	shared := map[string]bool{}
	for domain := range strings.FieldsSeq(unlistedDomains +
		" addr.tools akershus.no amazonaws.com amazonaws.com.cn amazoncognito.com amazonwebservices.com.cn" +
		" amazonwebservices.eu aseinet.ne.jp atlassian-dev.net aws-cloud9.us-east-1.amazonaws.com axarnet.cloud beebyte.io" +
		" beebyteapp.io bigv.io brendly.ba brendly.hr brendly.rs bubble.io buskerud.no bytemark.co.uk canva.site" +
		" canvasite.cn cdn77-secure.org cdn77.net cdn77.org cldmail.ru clever-cloud.com cloud9.us-east-1.amazonaws.com" +
		" cloudflareanycast.net cloudflarecn.net cloudflareglobal.net cloudlets.com.au cloudplatform.fi cloudscale.ch" +
		" code.com contentproxy9.cz cosidns.de crisp.email crm.dev dappnode.io datacenter.fi datadetect.com dogado.eu" +
		" dualstack.us-east-1.amazonaws.com elastx.net emergentagent.com emf.camp encoway.cloud enscaled.us evennode.com" +
		" evervault.app evervault.dev fastly.net fbsbx.com fedoraproject.org flow.ch forgerock.io funkfeuer.at hedmark.no" +
		" her.name his.name hordaland.no hosted-by-previder.com hosteur.com hrsn.au hs-heilbronn.de ik-server.com" +
		" interhostsolutions.be jelastic.cloud jelastic.com jelastic.vps-host.net jenv-aruba.cloud kuleuven.be lair.io" +
		" layershift.co.uk linode.com linodeusercontent.com localcert.dev massivegrid.com massivegrid.net metacentrum.cz" +
		" more-og-romsdal.no muni.cz mynetname.net mythic-beasts.com nabu.casa neen.it nftstorage.link" +
		" noc.ruhr-uni-bochum.de nodeart.io nordland.no nospamproxy.com objectstorage.ch observableusercontent.com on.aws" +
		" onstackit.cloud ortsinfo.at ostfold.no ovh.net party.eus platform.sh ply.gg prgmr.com project-study.com" +
		" quickconnect.cn quickconnect.to railway.app rb-hosting.io rdpa.co reclaim.cloud render.com repost.aws" +
		" resinstaging.io retrosnub.co.uk rit.edu sagemaker.aws sagemaker.com.cn sakurastorage.jp salesforce.com" +
		" saveincloud.net scaleforce.com.cy scaleforce.net scrypted.io scw.cloud spawn.cc speedpartner.de srcf.net" +
		" stdlib.com storacha.link tawk.email tawkto.email tb-hosting.com teckids.org telemark.no thingdust.io transip.me" +
		" trendhosting.cloud typeform.com usgovcloudapi.net vestfold.no w3s.link wafaicloud.com webaccel.jp wiardweb.com" +
		" windows.net xn--mre-og-romsdal-qqb.no xn--stfold-9xa.no ") {
		shared[domain] = true
	}
	return shared
})

// unlistedDomains are known to give names to anybody, and are no public suffixes all the same: clouds, workspaces, tunnels, and pages
// that users make. *.azurewebsites.net stands for eastus-01.azurewebsites.net and the like: what is right below that public suffix
// may be a region.
const unlistedDomains = " *.azurewebsites.net *.cdn.digitaloceanspaces.com *.web.core.windows.net aliyuncs.com appdomain.cloud azure.com" +
	" azurecontainerapps.io backblazeb2.com cdpn.io claudeusercontent.com cloudflarestorage.com cloudworkstations.dev" +
	" codepen.io codesandbox.io devtunnels.ms exp.direct github.dev gitpod.io glitch.me godaddysites.com" +
	" googleusercontent.com gradio.live hostingersite.com itch.io jshell.net koyeb.app lhr.life lhrtunnel.link loca.lt" +
	" localhost.run modal.run myqcloud.com neocities.org nip.io ondemand.com pinggy-free.link pinggy.link serveo.net" +
	" sharepoint.com squarespace.com sslip.io stackblitz.io staticblitz.com storage.googleapis.com surge.sh tumblr.com" +
	" tunnelmole.net wasabisys.com webcontainer-api.io webcontainer.io weebly.com wordpress.com zrok.io "

// hostileOrigins are tried on every regular expression. The first few are strangers, for it to refuse, the others are for it
// to be quick about.
var hostileOrigins = func() []string {
	origins := slices.Clone(strangers)
	for _, unit := range []string{"a", "0", "a.", "a-", "ab", "-", "xn--a.", "a.b-"} {
		long := strings.Repeat(unit, 240/len(unit))
		origins = append(origins, "https://"+long+"!", "https://"+long+".example.com", "https://www."+long+"_:8080")
	}
	return origins
}()

// maxTrials bounds the steps of such trials, for all regular expressions of a policy. Strangers are tried on each.
const maxTrials = 20_000_000

var strangers = []string{"https://attacker.example", "https://evil.com", "https://evil.co.uk:8443", "http://203.0.113.7"}

// try tries a regular expression on hostile origins. It returns the first stranger that it admits, if there is one, and
// reports whether it was quick enough.
func (c *compiler) try(field, expr string, re *pcre.Regexp) (admitted string, quick bool) {
	for i, s := range hostileOrigins {
		text := s
		if o, ok := parseOrigin(s); ok && field == "host_regexps" {
			text = o.host
		}
		if i >= len(strangers) && c.trials > maxTrials {
			break
		}
		v, steps := re.Try(text)
		c.trials += steps
		switch v {
		case pcre.Undecided:
			c.fail(field, expr, CodeRegexpExplosive, "a hostile origin, %q, makes it slow; give each repetition characters that cannot match what follows it", s)
			return "", false
		case pcre.Yes:
			if admitted == "" && i < len(strangers) {
				admitted = s
			}
		}
	}
	return admitted, true
}

// judgeRegexp judges a regular expression, by trying it on hostile origins and by reading which hosts it admits.
func (c *compiler) judgeRegexp(field, expr string, re *pcre.Regexp) {
	admitted, quick := c.try(field, expr, re)
	if !quick {
		return
	}
	origin := field == "origin_regexps"
	tails, size := re.Tails(origin, isOwned, openness)
	c.size += size
	c.warnDead(field, expr, re, re.Admits(origin))
	dot := ""
	if re.Loose {
		dot = strings.TrimSuffix(`an unescaped "." matches any character, so that other hosts match too; write \.; and `+hintRepeated(expr), "; and ")
	}
	c.judgeHosts(field, expr, tails, dot, dotForgotten(tails, re.LackDot), admitted)
}

// judgeHosts judges a regular expression by the ends of the hosts that it admits, what there is to say of an unescaped dot, the domain
// before which a dot was forgotten, and the stranger that it has admitted in a trial, if there is one.
func (c *compiler) judgeHosts(field, expr string, tails []pcre.Tail, dot, loose, admitted string) {
	host, scheme := false, "https://"
	if field == "host_regexps" {
		host, scheme = true, ""
	}
	open, end, insecure, loopback := false, "", "", false
	for _, tail := range tails {
		if tail.Open && !open {
			open, end = true, tail.Host
		}
		if tail.Loose {
			loose = tail.Host
		}
		switch {
		case !tail.HTTP:
		case isLoopback(strings.TrimPrefix(tail.Host, ".")):
			loopback = true
		case !tail.Private:
			insecure = fmt.Sprintf("ends in %q", tail.Host)
		case tail.Host != "127.":
			insecure = fmt.Sprintf("begins with %q", tail.Host)
		}
	}
	stranger, _ := parseOrigin(admitted)
	if slices.ContainsFunc(tails, func(t pcre.Tail) bool { return t.Host == stranger.host }) {
		admitted = "" // by name
	}
	strangers := open || admitted != ""
	if dot != "" && !(strangers && c.permits(AnyOriginWithCredentials)) {
		c.risk(LooseRegexps, field, expr, CodeLooseRegexp, "%s", dot)
	}
	if strangers {
		c.risk(AnyOriginWithCredentials, field, expr, CodeAnyOrigin, "it admits the hosts of strangers, %s", hintStrangers(expr, end, admitted, host))
		return
	}
	if loose != "" {
		c.risk(LooseRegexps, field, expr, CodeLooseRegexp, "the dot before %q may be missing, or be another character, so that strangers can register names that end in it; "+
			"make the dot optional only together with what precedes it, as in `%s((www|api)\\.)?example\\.com`, or list the hosts with WithOrigins", loose, scheme)
	}
	if insecure != "" {
		what, advice := "http", "let it match only https://"
		switch {
		case strings.Contains(insecure, `"0.0.0.0"`):
			advice = "where a server of this machine is meant, write localhost"
		case host:
			what, advice = "any scheme, http included", "use WithOriginRegexps, and begin it with https://"
		case loopback:
			advice = "let all but localhost match only https://, as in `https://example\\.com|http://localhost(:\\d+)?`"
		}
		c.risk(InsecureOrigins, field, expr, CodeInsecureOrigin,
			"it admits %s, where the host %s, and whoever can change unencrypted traffic can act as that origin; %s", what, insecure, advice)
	}
}

// hintStrangers says which strangers an expression admits, whose hosts end in end, and what to write instead.
func hintStrangers(expr, end, admitted string, host bool) string {
	what, advice, example := fmt.Sprintf("which end in %q", end), "name the domain after an escaped dot", `([a-z0-9-]+\.)*example\.com`
	if i := strings.Index(expr, "."+strings.ReplaceAll(end, ".", `\.`)); i > 0 && expr[i-1] != '\\' {
		what, advice = what+`, as an unescaped "." matches any character`, `write \. before the domain`
	}
	before, suffix, dot := strings.Cut(end, ".")
	_, icann := publicsuffix.PublicSuffix(suffix)
	switch {
	case admitted != "":
		what, advice = "such as "+admitted, "name the domain"
	case strings.Trim(end, ".0123456789") == "":
		what, advice = "since the end of the host is open", "end it with the domain, or list the addresses"
		switch {
		case strings.Contains(expr, "(?=") || strings.Contains(expr, "(?<="):
			what, advice = "as far as can be told without its look-around", "name the domain outside of it"
		case host && strings.Contains(expr, ":?"):
			advice = "leave out the port, for any is admitted"
		case strings.Contains(expr, ":?"), strings.Contains(expr, "localhost."):
			advice, example = "write an optional port as one group", `app\.example\.com(:\d+)?`
		}
	case dot && isShared(suffix) && (before == "" || !icann): // or a part of a name right below github.io, say, or internal
		what, advice = "since "+whoever(suffix), "list the hosts, take the risk for these names alone in WithOriginFunc, or use a domain of your own"
	}
	if !host {
		example = "https://" + example
	}
	return fmt.Sprintf("%s; %s, as in `%s`", what, advice, example)
}

// warnDead warns of an expression that matches nothing, as a whole or in part.
func (c *compiler) warnDead(field, expr string, re *pcre.Regexp, admits bool) {
	host := field == "host_regexps"
	if re.Dead != "" {
		what := "it"
		if admits {
			what = "a part of it"
		}
		c.warn(field, expr, CodeRegexpDead, "%s can never match, since %s", what, whyDead(expr, re.Dead))
	}
	matchesNull, _ := re.Try("null")
	meansNull := matchesNull == pcre.Yes && !host && strings.Contains(expr, "null")
	if meansNull {
		c.warn(field, expr, CodeRegexpDead, `no expression is matched against the origin null; to allow it, list "null" with WithOrigins, and see Dangerously(NullOrigin)`)
	}
	if scheme, rest, found := strings.Cut(strings.TrimPrefix(expr, "^"), "://"); found && !host && defaultPort(scheme) != "" &&
		strings.HasSuffix(strings.TrimSuffix(rest, "$"), ":"+defaultPort(scheme)) && !strings.Contains(rest, "|") {
		c.warn(field, expr, CodeRegexpDead, "browsers leave out the default port; remove %q at the end", ":"+defaultPort(scheme))
	}
	if hint := hintRepeated(expr); hint != "" && !re.Loose && !host {
		c.warn(field, expr, CodeRegexpDead, "%s", hint)
	}
	if scheme, _, _ := strings.Cut(strings.TrimPrefix(expr, "^"), "://"); !host && (scheme == "ws" || scheme == "wss") {
		c.warn(field, expr, CodeIneffective, "no page has such an origin, not even one that opens a WebSocket; begin it with http%s://", scheme[2:])
	}
	if i := re.DeadAlternative(!host); i > 0 && admits && re.Dead == "" && !meansNull {
		c.warn(field, expr, CodeRegexpDead, "its alternative %d matches no %s", i, map[bool]string{
			false: "origin: each is matched against the whole of it, scheme://host[:port], without slashes around it",
			true:  "host: each is matched against the whole of it, without scheme and port",
		}[host])
	}
	if !admits && re.Dead == "" && !meansNull {
		c.warn(field, expr, CodeRegexpDead, "%s", c.hintUnmatched(expr, host))
	}
}

// hintUnmatched says what to write in place of an expression that matches nothing.
func (c *compiler) hintUnmatched(expr string, host bool) string {
	if host && strings.HasPrefix(strings.TrimPrefix(expr, "^"), `\.`) {
		return `no host begins with a dot; for subdomains write ([a-z0-9-]+\.)+ in place of it`
	}
	problem := "it matches no origin"
	if strings.HasSuffix(strings.TrimSuffix(expr, "$"), "/") {
		problem = `it ends in "/", which no origin does`
	}
	if host {
		return problem + "; it is matched against a host alone, without scheme, port and slashes: use WithOriginRegexps for whole origins"
	}
	whole := strings.TrimRight(strings.TrimPrefix(undelimited(expr), "^"), `\/$`)
	whole = strings.NewReplacer(`(^|\.)`, `([a-z0-9-]+\.)*`, `(?:^|\.)`, `(?:[a-z0-9-]+\.)*`).Replace(whole)
	scheme := "https"
	if strings.HasPrefix(whole, "localhost") || strings.HasPrefix(whole, `127\.`) || strings.HasSuffix(whole, ":80") {
		scheme = "http"
	}
	if !strings.Contains(whole, "//") && !strings.Contains(whole, `\/`) {
		if strings.Contains(whole, "|") {
			whole = "(?:" + strings.NewReplacer("$|^", "|", "$|", "|", "|^", "|").Replace(whole) + ")"
		}
		whole = strings.TrimSuffix(scheme+"://"+whole, ":"+defaultPort(scheme))
	}
	whole = strings.Replace(whole, `://\.`, `://([a-z0-9-]+\.)+`, 1) // all hosts that end so were meant
	return problem + "; it is matched against scheme://host[:port], without slashes around it: " + c.advise(whole) + ", or WithHostRegexps"
}

// hintRepeated says what to write in place of a * that is meant as a wildcard, and repeats what is before it.
func hintRepeated(expr string) string {
	switch {
	case strings.Contains(expr, "://*"):
		return `it repeats "/", and no origin has three; for subdomains write ([a-z0-9-]+\.)+ in place of the * and the dot behind it, or use a wildcard with WithOrigins`
	case strings.HasSuffix(strings.TrimSuffix(expr, "$"), ":*"):
		return `it repeats ":", and no origin has two there; for any port write (:[0-9]+)? in place of ":*"`
	}
	return ""
}

// whyDead says why no origin holds an item of an expression.
func whyDead(expr, item string) string {
	switch {
	case undelimited(expr) != expr:
		return fmt.Sprintf("its delimiters belong to another language; write %s", verbatim(undelimited(expr)))
	case unexpanded.MatchString(expr):
		return "it holds " + hintUnexpanded
	case strings.Contains(expr, `\\`):
		return "no origin holds a backslash; write `\\.` for a dot, with one backslash"
	case strings.ContainsFunc(item, func(r rune) bool { return r >= utf8.RuneSelf }):
		return fmt.Sprintf("origins are ASCII, and %q is not; write international names in punycode (xn--…)", item)
	case strings.ToLower(item) != item:
		return fmt.Sprintf("origins are in lower case, and %q is not; write it in lower case, or begin with (?i)", item)
	}
	if strings.Contains(item, "*") {
		return `no origin holds a *; for subdomains write ([a-z0-9-]+\.)+ in place of it and the dot behind it`
	}
	return fmt.Sprintf("no origin holds %s; leave it out", verbatim(item))
}

// dotForgotten returns the domain before which the dot seems to have been forgotten for one of the hosts, as in
// (www|api\.)example\.com: that host is a domain by itself, and nothing below it is admitted, unless it is an alternative that lacks
// the dot. So it seems in (api)?example\.com and (api|shop)example\.com, where a word comes before a domain that is admitted without
// it or behind something else, and wherever it is www.
func dotForgotten(tails []pcre.Tail, lackDot []string) (domain string) {
	above := map[string]bool{} // names that are admitted: whether all below is too
	for _, tail := range tails {
		name, below := strings.CutPrefix(tail.Host, ".")
		above[name] = above[name] || below
	}
	for _, tail := range tails {
		name := strings.TrimPrefix(tail.Host, ".")
		if !isDomain(name) {
			continue
		}
		for _, word := range labels {
			end, found := strings.CutPrefix(name, word)
			if !found || !isDomain(end) || end[0] == '-' || strings.Trim(end[:strings.IndexByte(end, '.')], "0123456789") == "" {
				continue // as in dev-example.com and www1.com
			}
			other := func(t pcre.Tail) bool {
				return strings.HasSuffix(t.Host, end) && t.Host != name && !strings.HasSuffix(t.Host, "."+name)
			}
			if word == "www" || slices.ContainsFunc(tails, other) {
				domain = end
			}
		}
		for i := 1; i < len(name); i++ {
			end := name[i:]
			if !above[end] || name[i-1] == '-' || name[i-1] == '_' {
				continue
			}
			lacks := slices.ContainsFunc(lackDot, func(s string) bool { return strings.HasPrefix(end, s) || strings.HasPrefix(s, end) })
			if lacks || name == tail.Host && !above[name] {
				domain = end
			}
		}
	}
	return domain
}

// isDomain reports whether name is right below a public suffix, for somebody to register.
func isDomain(name string) bool {
	own, err := publicsuffix.EffectiveTLDPlusOne(name)
	return err == nil && own == name
}

// labels are those that most often come before a domain, with a dot.
var labels = []string{"www", "api", "app", "dev", "test", "stage", "staging", "qa", "admin", "portal", "cdn", "static", "assets",
	"img", "beta", "demo", "preview", "prod", "login", "auth", "docs", "mail"}

// openness is the number of variants of a name from which on they are not a list of one's own: on shared hosting, where whoever asks
// first gets a name, as soon as they are not spelled out.
func openness(end string) int {
	_, domain, _ := strings.Cut(strings.TrimRight(end, "."), ".")
	suffix, icann := publicsuffix.PublicSuffix(domain)
	if !strings.Contains(domain, ".") || icann && suffix == domain || !isShared(domain) {
		return 10
	}
	return 2
}

// isOwned reports whether end, the end of a host, is a dot and a name that one party owns with all that is below, so that it
// does not matter what comes before.
func isOwned(end string) bool {
	name, dot := strings.CutPrefix(strings.TrimRight(end, "."), ".")
	if !dot {
		return false
	}
	if name == "localhost" {
		return true
	}
	if endsInNumber(name) {
		return false // the end of an IPv4 address
	}
	return !isShared(name)
}
