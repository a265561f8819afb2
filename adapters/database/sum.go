package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
)

// sum tells whether two tables hold the same rows, in whatever order: it counts
// them and adds up their hashes.
type sum struct {
	rows   int64
	hashes [4]uint64
}

func sumOf(ctx context.Context, q querier, table string) (s sum, err error) {
	rows, err := q.QueryContext(ctx, `select * from `+quoted(table))
	if err != nil {
		return s, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return s, err
	}
	for rows.Next() {
		values, err := cells(rows, len(columns))
		if err != nil {
			return s, err
		}
		s.rows++
		hash := hashOfRow(columns, values)
		for i := range s.hashes {
			s.hashes[i] += binary.BigEndian.Uint64(hash[8*i:])
		}
	}
	return s, rows.Err()
}

// hashOfRow is the same on both databases, whatever the order of the columns.
func hashOfRow(columns []string, values []any) (total [sha256.Size]byte) {
	for i, value := range values {
		var cell []byte
		cell = append(binary.BigEndian.AppendUint64(cell, uint64(len(columns[i]))), columns[i]...)
		switch v := value.(type) {
		case nil:
			cell = append(cell, 'n')
		case int64:
			cell = binary.BigEndian.AppendUint64(append(cell, 'i'), uint64(v))
		case float64:
			cell = binary.BigEndian.AppendUint64(append(cell, 'f'), math.Float64bits(v))
		case string:
			cell = append(append(cell, 's'), v...)
		}
		h := sha256.Sum256(cell)
		for n := range total {
			total[n] ^= h[n]
		}
	}
	return sha256.Sum256(total[:])
}

// cells are a row's values in types that both databases know.
func cells(rows *sql.Rows, columns int) ([]any, error) {
	values, to := make([]any, columns), make([]any, columns)
	for i := range values {
		to[i] = &values[i]
	}
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	for i, value := range values {
		switch v := value.(type) {
		case nil, int64, float64, string:
		case []byte:
			values[i] = string(v)
		case bool:
			values[i] = int64(0)
			if v {
				values[i] = int64(1)
			}
		default:
			return nil, fmt.Errorf("a value of a kind that is not copied: %T", v)
		}
	}
	return values, nil
}
