// Package migratetest holds docs/migrating.md to the truth: the configurations at the top of its sections are the bodies
// of the functions in this package, and its tables are written by the tests, from rows that are run against both
// libraries through package corstest.
//
// After a change, from this folder:
//
//	go test . -update
//
// After a change of the page alone, go test needs -count=1: it does not know that the page, outside of the module, is read.
//
// The rows about Express run only where Node.js and the package are at hand:
//
//	npm install --prefix /tmp/express cors@2.8.6
//	EXPRESS_CORS=/tmp/express/node_modules/cors go test .
package migratetest
