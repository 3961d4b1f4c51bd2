module github.com/seed-12f469a5/cors/examples/reload

go 1.25.0

require (
	github.com/fsnotify/fsnotify v1.10.1
	github.com/seed-12f469a5/cors v0.0.0
	go.yaml.in/yaml/v3 v3.0.6
)

require (
	github.com/dlclark/regexp2/v2 v2.12.0 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/seed-12f469a5/cors => ../..
