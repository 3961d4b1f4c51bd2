module github.com/seed-12f469a5/cors

go 1.25.0

require (
	github.com/dlclark/regexp2/v2 v2.12.0
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.6
	golang.org/x/net v0.58.0
)

require (
	golang.org/x/text v0.41.0 // indirect
)
