package model

import (
	"fmt"
	"reflect"
	"unicode/utf8"
)

// maxCrashText is how many bytes of a panic's message are kept.
const maxCrashText = 2 << 10

// CrashOf returns the crash that a recovered panic is, at the entry point where. The class is the
// type of the panic's value. The text is bounded. A value that is no error, no [fmt.Stringer] and of no basic
// type is told by its type alone: formatting one that contains itself would end the process.
func CrashOf(where string, value any) Crash {
	return Crash{Where: where, Class: fmt.Sprintf("%T", value), Text: clipText(textOf(value))}
}

// textOf returns the message of a panic's value.
func textOf(value any) (text string) {
	defer func() {
		if again := recover(); again != nil {
			text = fmt.Sprintf("its message cannot be read: a %T escaped from it", again)
		}
	}()
	switch v := value.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Invalid:
		return "nil"
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice, reflect.Struct, reflect.UnsafePointer:
		return "a value of this type"
	}
	return fmt.Sprint(value)
}

// clipText cuts a long text.
func clipText(text string) string {
	if len(text) <= maxCrashText {
		return text
	}
	cut := maxCrashText
	for cut > maxCrashText-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s... and %d bytes more", text[:cut], len(text)-cut)
}
