package migratetest

import (
	gincors "github.com/gin-contrib/cors"
	chi "github.com/go-chi/cors"
	jub0bs "github.com/jub0bs/cors"
	rs "github.com/rs/cors"
)

// peers are the sections of the page.
var peers = []peer{
	{
		key: "rs", heading: "From rs/cors", name: "rs/cors",
		options: rs.Options{}, names: []string{"AllowAll", "Default", "HandlerFunc", "ServeHTTP", "OriginAllowed"},
		before: rsBefore, after: rsAfter, here: using("HEAD"),
		base: rsRows[0].ours, rows: rsRows, traps: rsTraps, allowed: "https://app.example.com",
	},
	{
		key: "chi", heading: "From go-chi/cors", name: "go-chi/cors",
		options: chi.Options{}, names: []string{"AllowAll", "Handler", "New", "Log"},
		before: chiBefore, after: chiAfter, here: using("HEAD"),
		base: chiRows[0].ours, rows: chiRows, traps: chiTraps, allowed: "https://app.example.com",
	},
	{
		key: "gorilla", heading: "From gorilla/handlers", name: "gorilla/handlers",
		names: []string{
			"AllowedHeaders", "AllowedMethods", "AllowedOrigins", "AllowedOriginValidator", "OptionStatusCode", "ExposedHeaders",
			"MaxAge", "IgnoreOptions", "AllowCredentials",
		},
		before: gorillaBefore, after: gorillaAfter,
		base: gorillaRows[0].ours, rows: gorillaRows, traps: gorillaTraps, allowed: "https://app.example.com",
	},
	{
		key: "gin", heading: "From gin-contrib/cors", name: "gin-contrib/cors",
		options: gincors.Config{}, names: []string{"Default", "DefaultConfig", "AddAllowMethods", "AddAllowHeaders", "AddExposeHeaders", "Validate"},
		before: ginBefore, after: ginAfter, stops: true,
		base: ginRows[0].ours[1:], rows: ginRows, traps: ginTraps, allowed: "https://app.example.com",
	},
	{
		key: "jub0bs", heading: "From jub0bs/cors", name: "jub0bs/cors",
		options: jub0bs.Config{}, names: []string{"Wrap", "Reconfigure", "SetDebug", "Debug", "cfgerrors"},
		before: jub0bsBefore, after: jub0bsAfter,
		base: jub0bsRows[0].ours[1:], rows: jub0bsRows, traps: jub0bsTraps, allowed: "https://app.example.com",
	},
	{
		key: "express", heading: "From Express's cors", name: "Express",
		names: []string{
			"origin", "methods", "allowedHeaders", "headers", "exposedHeaders", "credentials", "maxAge", "preflightContinue", "optionsSuccessStatus",
		},
		after: expressAfter, rows: expressRows, traps: expressTraps,
	},
}
