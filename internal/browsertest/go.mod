module github.com/seed-12f469a5/cors/internal/browsertest

go 1.25.0

require (
	github.com/seed-12f469a5/cors v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/dlclark/regexp2/v2 v2.12.0 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/seed-12f469a5/cors => ../..
