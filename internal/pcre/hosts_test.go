package pcre

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTails(t *testing.T) {
	owned := func(end string) bool { return end == ".example.com" || end == ".localhost" }
	openness := func(end string) int {
		if strings.HasSuffix(end, ".hosting") {
			return 2
		}
		return 10
	}
	for pattern, want := range map[string][]string{
		`https://app\.example\.com`:          {".example.com"},
		`https://.*\.example\.com`:           {".example.com"},
		`https://(a|b)\.example\.com(:\d+)?`: {".example.com"},
		`https?://example\.com`:              {"example.com http"},
		`https://(www\.)?example\.com`:       {".example.com", "example.com"},
		`https://.*example\.com`:             {"example.com", "example.com loose", "example.com open"},
		`https://[a-z]+\.com`:                {".com open"},
		`https://(foo|bar)\.com`:             {"bar.com", "foo.com"},
		`https://a[1-3]\.com`:                {"a1.com", "a2.com", "a3.com"},
		`https://a[0-8]\.com`:                {"a0.com", "a1.com", "a2.com", "a3.com", "a4.com", "a5.com", "a6.com", "a7.com", "a8.com"},
		`https://a[0-9]\.com`:                {".com open"},
		`https://a[1-2][1-4]\.com`:           {"a11.com", "a12.com", "a13.com", "a14.com", "a21.com", "a22.com", "a23.com", "a24.com"},
		`https://a[1-3][1-4]\.com`:           {"1.com open", "2.com open", "3.com open", "4.com open"},
		`https://a[1-3]\.hosting`:            {".hosting open"},
		`https://(bb|cd)\.hosting`:           {"bb.hosting", "cd.hosting"},
		`https://x{1,3}\.com`:                {"x.com", "xx.com", "xxx.com"},
		`https://app\.?example\.com`:         {".example.com", "appexample.com", "example.com loose"},
		`https://app[.-]example\.com`:        {".example.com", "app-example.com", "example.com loose"},
		`https://app(\.eu\.)?example\.com`:   {".example.com", "appexample.com", "example.com loose"},
		`https://www.example\.com`:           {".example.com"}, // the dot that was meant
		`https://\[::1\]:\d+`:                {"[::1]"},
		`http://127\.0\.0\.1:.*`:             {"127.0.0.1 http"}, `https://(app|x)\.cafe:[^/]+`: {"app.cafe", "x.cafe"}, `https://\[.*`: {"] open"},
		`https://\[::[1-9a-f]\]`:                                {"] open"},
		`http://192\.168\.\d+\.\d+`:                             {"192.168. private http"},
		`https://(app\.example\.com|10\.0\.0\.\d+)`:             {".example.com", "10. private"},
		`[a-z]+://app\.example\.com`:                            {".example.com http"},
		`https://app\.example\.com:80|http://app\.example\.com`: {".example.com", ".example.com http"},
		`//app\.example\.com`:                                   nil,
		`https://app\.example\.com/`:                            nil,
		`https://`:                                              nil,
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		tails, _ := re.Tails(true, owned, openness)
		var got []string
		for _, tail := range tails {
			text := tail.Host
			for _, flag := range []struct {
				set  bool
				name string
			}{{tail.Open, "open"}, {tail.Loose, "loose"}, {tail.Private, "private"}, {tail.HTTP, "http"}} {
				if flag.set {
					text += " " + flag.name
				}
			}
			got = append(got, text)
		}
		slices.Sort(got)
		assert.Equal(t, want, got, pattern)
	}
}

func TestLooseDots(t *testing.T) {
	for pattern, want := range map[string]bool{
		`www.example`: true, `w(w).(e)x`: true, `(w.)?e`: true, `(w|x.)e`: true, `w(.e|.f)`: true, `(?:(?>w)).e`: true, `w(?=x).e`: true, `1.-`: true, `ww{2}.e`: true,
		`(?i)a.b`: true, `w\.e`: false, `w.*e`: false, `w.+e`: false, `w[.]e`: false, `.e`: false, `w.`: false, `w..e`: false, `\w.e`: false, `w./`: false,
		`(a|b/).e`: false, `(aa|bb).e`: true, `[ab].e`: false, `a?.e`: false, `xa?.e`: true, `(?=a.)b`: false, `(?=a.b)b`: true, `(?!a.b)b`: false, `b(?<!a.b)`: false, `(x)\1.e`: false, `(?=)a.e`: true, `a{0}.e`: false,
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		assert.Equal(t, want, re.Loose, pattern)
	}
}

func TestLackDot(t *testing.T) {
	for pattern, want := range map[string][]string{
		`(www|api\.)example\.com`: {"example.com"}, `(www|api\.)?example\.com`: {"example.com"}, `(?:(?:www|api\.))example\.com`: {"example.com"}, `(www|api\.)exa[mx]ple`: {"exa"},
		`(www|api\.)(my)?shop\.com`: {""}, `(www|api\.){2}x`: {"x"}, `(dev\.|(staging|x-))x`: {"x"}, `((a|b\.)c|d\.)x`: {"x", "cx"}, `(a|b\.)-?x`: {""}, `(a|b\.)(c)(d)`: {"cd"},
		`(a\.|b\.)x`: nil, `(a|b)x`: nil, `(a|b\.):1`: nil, `(a|b\.)`: nil, `(a-|b\.)x`: nil, `(a|b\.)/x`: nil, `(a|b\.)\.x`: nil, `(a|b\.)(:1)?`: nil,
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		assert.Equal(t, want, re.LackDot, pattern)
	}
}

func TestDeadAlternative(t *testing.T) {
	for pattern, want := range map[string][2]int{ // of origins, and of hosts
		`https://a\.b`: {}, `https://a|b`: {2, 1}, `(https://a|b)`: {2, 1}, `a|https://b`: {1, 2}, `(?:(https://a|https://b/))`: {2, 1}, `(https://a|b)c`: {}, `aa|bb|cc`: {1, 0},
		`(x)(\1|https://)`: {}, `(https://a)|\1`: {},
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		assert.Equal(t, want, [2]int{re.DeadAlternative(true), re.DeadAlternative(false)}, pattern)
	}
}

func TestAdmits(t *testing.T) {
	for pattern, want := range map[string][2]bool{ // origins, and hosts
		`https://a\.b`: {true, false}, `a\.b`: {false, true}, `https://a\.b:\d+`: {true, false}, `https://a\.b\.`: {true, false}, `a\.`: {false, true}, `.*`: {true, true},
		`https://\[::1\]:1`: {true, false}, `\[::1\]`: {false, true}, `https://::1`: {}, `https://\[::1`: {}, `https://\[x\]`: {}, `\[::1\]x`: {}, `https://a::1`: {}, `https://a:`: {}, `https://a:x`: {},
		`https://\.b`: {}, `\.b`: {}, `https://a\.\.b`: {}, `a\.\.b`: {}, `https://([a-z]+\.)+\.b`: {}, `https://a:12345`: {true, false}, `https://a:123456`: {}, `https://a:\d{6}`: {},
		`https://a:1:2`: {}, `https://a/`: {}, `https:/a`: {}, `https:///a`: {}, `https//a`: {}, `://a`: {}, `//a`: {}, `1https://a`: {}, `-s://a`: {}, `s-1.+://a`: {true, false}, `https://`: {},
		`https?://(a|\.b)`: {true, false}, `(\.)a`: {}, `(\.)?a`: {false, true}, `(a)\1\.b`: {false, true}, `https://a(?=x)`: {true, false}, `(?!a)b`: {false, true},
	} {
		re, err := Compile(pattern)
		require.NoError(t, err)
		assert.Equal(t, want, [2]bool{re.Admits(true), re.Admits(false)}, pattern)
	}
}
