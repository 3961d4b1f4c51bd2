// Package settings tells which settings of a configuration are set.
package settings

import "reflect"

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
