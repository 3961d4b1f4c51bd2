package browsertest

// This file says where engines do not do what the Fetch standard says, and why. TestEngines fails where one does not depart
// from the standard as said here, also if it has stopped to depart.

// A departure is what an engine makes of a case.
type departure struct {
	engine string
	seen   string // the version in which it was seen; it is taken to be in all others
	before string // the version without it, if there is one

	reason string
	cases  map[string]steps // by name
}

// steps are what becomes of those steps, counted from 1, that end otherwise. If there are none, the difference is in
// something that want does not hold.
type steps map[int]want

var departures = []departure{
	{
		engine: "Chromium", seen: "156",
		reason: "* covers Authorization, though it is not to be trusted with it: https://github.com/whatwg/fetch/issues/1919",
		cases: map[string]steps{
			"any header does not cover Authorization": {1: ok("preflight GET+authorization")},
			"every header but Authorization":          {2: ok("preflight GET+authorization")}, // in its cache, * does not
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "* covers Authorization, until network.cors_preflight.authorization_covered_by_wildcard is switched off by default: " +
			"https://bugzilla.mozilla.org/show_bug.cgi?id=1687364, https://github.com/whatwg/fetch/issues/1919",
		cases: map[string]steps{
			"any header does not cover Authorization": {1: ok("preflight GET+authorization")},
			"every header but Authorization":          {2: ok("preflight GET+authorization")},
		},
	}, {
		engine: "WebKit", seen: "2.50",
		reason: "* covers Authorization, remembered or not: https://github.com/whatwg/fetch/issues/1919",
		cases: map[string]steps{
			"any header does not cover Authorization": {1: ok("preflight GET+authorization")},
			"every header but Authorization":          {2: ok("GET+authorization")},
		},
	}, {
		engine: "Chromium", seen: "156",
		reason: "client hints were safelisted once, and here they still are: https://github.com/whatwg/fetch/issues/1383",
		cases: map[string]steps{
			"Save-Data needs a preflight": {1: ok("GET")},
		},
	}, {
		engine: "Chromium", seen: "156",
		reason: "the cache holds the last preflight for an origin and a URL (services/network/cors/preflight_cache.cc), not one entry for each method and header",
		cases:  lastPreflightOnly,
	}, {
		engine: "WebKit", seen: "2.50",
		reason: "the cache holds the last preflight for an origin and a URL (CrossOriginPreflightResultCache.cpp), not one entry for each method and header",
		cases:  lastPreflightOnly,
	}, {
		engine: "Chromium", seen: "156",
		reason: "the cache is keyed by the origin itself, not by its serialization, and an opaque one equals no other: " +
			"with --log-net-log, CHECK_CORS_PREFLIGHT_CACHE is a miss each time, though the network isolation key is the same",
		cases: map[string]steps{
			"the preflights of null": {2: ok("preflight PUT"), 3: ok("preflight PUT")},
		},
	}, {
		engine: "Chromium", seen: "156",
		reason: "the cache is not cleared when the CORS check of the actual response fails",
		cases: map[string]steps{
			"a blocked answer makes a page forget": {3: ok("PUT")},
		},
	}, {
		engine: "WebKit", seen: "2.50",
		reason: "the cache is not cleared on failure, and the answer of a preflight is put in it before it is held against the request " +
			"(validatePreflightResponse in CrossOriginAccessControl.cpp)",
		cases: map[string]steps{
			"a refusal makes a page forget":        {3: ok("PUT")},
			"a blocked answer makes a page forget": {3: ok("PUT")},
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "a remembered * is compared as if it were a name (CheckRequest in nsCORSListenerProxy.cpp)",
		cases: map[string]steps{
			"one preflight for every header": {2: ok("preflight GET")},
			"one preflight for every method": {2: ok("preflight BREW")},
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "the credentials mode is part of the cache's key (nsCORSListenerProxy.cpp)",
		cases: map[string]steps{
			"what was allowed with credentials needs no asking without them": {2: ok("preflight PUT")},
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "a name that is set twice is listed twice in Access-Control-Request-Headers",
		cases: map[string]steps{
			"listed header twice": nil,
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "a preflight after a redirect is sent in the name of the page (the loading principal), though the origin has become null for the request itself",
		cases: map[string]steps{
			"a redirect after a preflight to another host":                        {1: no("preflight PUT preflight PUT@null")},
			"a redirect after a preflight to another host that allows any origin": {1: ok("preflight PUT preflight PUT@null")},
		},
	}, {
		engine: "Firefox", seen: "153",
		reason: "a request that had a preflight has one after each redirect too, whether what is left of it needs one or not, in the name of the page",
		cases: map[string]steps{
			"a redirect to another host drops Authorization":                     {1: ok("preflight GET+authorization preflight GET@null")},
			"a redirect to another host that allows Authorization drops it, too": {1: ok("preflight GET+authorization preflight GET@null")},
			"a PUT redirected by 303":                                            {1: ok("preflight PUT preflight GET")},
		},
	}, {
		engine: "WebKit", seen: "2.50",
		reason: "a request that had a preflight has one after each redirect too, whether what is left of it needs one or not",
		cases: map[string]steps{
			"a PUT redirected by 303": {1: ok("preflight PUT preflight GET")},
		},
	}, {
		engine: "WebKit", seen: "2.50",
		reason: "Authorization is kept until after the preflight for a redirect to another host, which asks for it",
		cases: map[string]steps{
			"a redirect to another host drops Authorization":                     {1: no("preflight GET+authorization preflight@null")},
			"a redirect to another host that allows Authorization drops it, too": {1: ok("preflight GET+authorization preflight@null GET@null")},
		},
	},
}

var lastPreflightOnly = map[string]steps{
	"reflected headers are asked for one by one": {3: ok("preflight GET"), 4: ok("preflight GET")},
	"any method with credentials is echoed":      {3: ok("preflight PUT+cookie")},
	"any header with credentials is echoed":      {3: ok("preflight GET+cookie")},
}

// departs returns what is to become of each step of c in an engine, and the reason if that is not what c says.
func (c testCase) departs(engine, version string) (wants []want, reason string) {
	for _, s := range c.steps {
		wants = append(wants, s.want)
	}
	for _, d := range departures {
		steps, ok := d.cases[c.name]
		if !ok || d.engine != engine || d.before != "" && !older(version, d.before) {
			continue
		}
		for i, w := range steps {
			wants[i-1] = w
		}
		return wants, d.reason
	}
	return wants, ""
}
