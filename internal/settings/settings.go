// Package settings reads and writes the settings of a configuration that are set.
package settings

import (
	"fmt"
	"reflect"
)

// Fields returns the fields of what JSON or a YAML package has read into an any; false if it is no object.
func Fields(document any) (fields map[string]any, ok bool) {
	others, ok := document.(map[any]any) // of YAML packages other than go.yaml.in/yaml/v3
	if !ok {
		fields, ok = document.(map[string]any)
		return fields, ok
	}
	fields = make(map[string]any, len(others))
	for name, value := range others {
		fields[fmt.Sprint(name)] = value
	}
	return fields, true
}

// Of returns a struct of those fields of the struct v that are set, in their order. So a YAML package
// writes lists that are empty, which the option omitempty would leave out, and no others that are not set.
func Of(v any) any {
	var fields []reflect.StructField
	var values []reflect.Value
	from := reflect.ValueOf(v)
	for i := range from.NumField() {
		field := from.Type().Field(i)
		if field.IsExported() && !from.Field(i).IsZero() {
			fields = append(fields, reflect.StructField{Name: field.Name, Type: field.Type, Tag: field.Tag})
			values = append(values, from.Field(i))
		}
	}
	set := reflect.New(reflect.StructOf(fields)).Elem()
	for i, value := range values {
		set.Field(i).Set(value)
	}
	return set.Interface()
}
