package columns

import "slices"

// Room makes room for n values more. A slice that is doubled is copied once for each value; append alone, which adds a
// quarter to long ones, copies four times as much.
func Room[T any](to []T, n int) []T {
	if cap(to)-len(to) < n {
		to = slices.Grow(to, max(n, len(to)))
	}
	return to
}

// Take appends some of what a batch has, or all.
func Take[T any](to, from []T, some []int, whole bool) []T {
	to = Room(to, len(from))
	if whole {
		return append(to, from...)
	}
	for _, i := range some {
		to = append(to, from[i])
	}
	return to
}

// True is true, n times.
func True(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}
