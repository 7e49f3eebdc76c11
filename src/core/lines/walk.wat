;; Walks along a line of a known form: compares what is fixed, passes over the values and notes where they stand.
;;
;; Memory, as walk-simd.ts lays it out: for each gap of the line walked last, 12 bytes from address 0 on: i32 kind, i32
;; start, i32 end (kinds and places as form-walk.ts has them). A form is a run of pieces, one more than it has gaps: i32
;; length, then its bytes up to the next multiple of 16.
;;
;; Behind the last line in memory stands an LF. No piece and no value holds one, so nothing is read beyond it, but for
;; up to 15 bytes of the same vector.
(module
  (import "env" "memory" (memory 1))

  ;; Whether `length` bytes are the same at two addresses.
  (func $same (param $at i32) (param $piece i32) (param $length i32) (result i32)
    (block $tail
      (loop $each_block
        (br_if $tail (i32.lt_u (local.get $length) (i32.const 16)))
        (if (v128.any_true (i8x16.ne (v128.load (local.get $at)) (v128.load (local.get $piece))))
          (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $piece (i32.add (local.get $piece) (i32.const 16)))
        (local.set $length (i32.sub (local.get $length) (i32.const 16)))
        (br $each_block)))
    (i32.eqz
      (i32.and
        (i8x16.bitmask (i8x16.ne (v128.load (local.get $at)) (v128.load (local.get $piece))))
        (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1)))))

  (func $is_digit (param $byte i32) (result i32)
    (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))

  (func $is_hex (param $byte i32) (result i32)
    (i32.or
      (call $is_digit (local.get $byte))
      (i32.lt_u (i32.sub (i32.or (local.get $byte) (i32.const 32)) (i32.const 97)) (i32.const 6))))

  ;; The place behind an escape whose backslash is at `at`; -1 when there is no such escape.
  (func $pass_escape (param $at i32) (result i32)
    (local $byte i32)
    (local.set $byte (i32.load8_u offset=1 (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.const 117)) ;; u
      (then
        (return
          (select
            (i32.add (local.get $at) (i32.const 6))
            (i32.const -1)
            (i32.and
              (i32.and
                (call $is_hex (i32.load8_u offset=2 (local.get $at)))
                (call $is_hex (i32.load8_u offset=3 (local.get $at))))
              (i32.and
                (call $is_hex (i32.load8_u offset=4 (local.get $at)))
                (call $is_hex (i32.load8_u offset=5 (local.get $at)))))))))
    (select
      (i32.add (local.get $at) (i32.const 2))
      (i32.const -1)
      (i32.or
        (i32.or
          (i32.or (i32.eq (local.get $byte) (i32.const 34)) (i32.eq (local.get $byte) (i32.const 92))) ;; " \
          (i32.or (i32.eq (local.get $byte) (i32.const 47)) (i32.eq (local.get $byte) (i32.const 98)))) ;; / b
        (i32.or
          (i32.or (i32.eq (local.get $byte) (i32.const 102)) (i32.eq (local.get $byte) (i32.const 110))) ;; f n
          (i32.or (i32.eq (local.get $byte) (i32.const 114)) (i32.eq (local.get $byte) (i32.const 116))))))) ;; r t

  (func $note (param $gap i32) (param $kind i32) (param $start i32) (param $end i32)
    (i32.store (local.get $gap) (local.get $kind))
    (i32.store offset=4 (local.get $gap) (local.get $start))
    (i32.store offset=8 (local.get $gap) (local.get $end)))

  ;; Passes over the text that begins at `start`, behind its quote. The place behind its last quote, or -1.
  (func $pass_text (param $gap i32) (param $start i32) (result i32)
    (local $at i32) (local $block v128) (local $stops i32) (local $byte i32) (local $kind i32)
    ;; It may hold an object, which is then read as part of the line.
    (local.set $byte (i32.load8_u (local.get $start)))
    (if
      (i32.or (i32.eq (local.get $byte) (i32.const 123)) (i32.le_u (local.get $byte) (i32.const 32)))
      (then (return (i32.const -1))))
    (local.set $kind (i32.const 1))
    (local.set $at (local.get $start))
    (loop $each_block
      (local.set $block (v128.load (local.get $at)))
      ;; A quote, a backslash, and as signed numbers below 32: controls and what is not ASCII.
      (local.set $stops
        (i8x16.bitmask
          (v128.or
            (v128.or
              (i8x16.eq (local.get $block) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
              (i8x16.eq (local.get $block) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92)))
            (i8x16.lt_s
              (local.get $block)
              (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32)))))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $each_block)))
      (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $stops))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $byte) (i32.const 34))
        (then
          (call $note (local.get $gap) (local.get $kind) (local.get $start) (local.get $at))
          (return (i32.add (local.get $at) (i32.const 1)))))
      (if (i32.lt_u (local.get $byte) (i32.const 32)) (then (return (i32.const -1))))
      (if (i32.eq (local.get $byte) (i32.const 92))
        (then
          (local.set $kind (i32.const 3))
          (local.set $at (call $pass_escape (local.get $at)))
          (br_if $each_block (i32.ge_s (local.get $at) (i32.const 0)))
          (return (i32.const -1))))
      (if (i32.eq (local.get $kind) (i32.const 1)) (then (local.set $kind (i32.const 2))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $each_block))
    (unreachable))

  (func $pass_digits (param $at i32) (result i32)
    (loop $each_byte
      (if (call $is_digit (i32.load8_u (local.get $at)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $each_byte))))
    (local.get $at))

  ;; Passes over a number without an exponent and of at most 15 characters. The place behind it, or -1.
  (func $pass_number (param $gap i32) (param $start i32) (result i32)
    (local $at i32) (local $whole i32)
    (local.set $whole
      (i32.add (local.get $start) (i32.eq (i32.load8_u (local.get $start)) (i32.const 45)))) ;; -
    (local.set $at (call $pass_digits (local.get $whole)))
    (if (i32.eq (local.get $at) (local.get $whole)) (then (return (i32.const -1))))
    (if
      (i32.and
        (i32.eq (i32.load8_u (local.get $whole)) (i32.const 48))
        (i32.gt_u (i32.sub (local.get $at) (local.get $whole)) (i32.const 1)))
      (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 46)) ;; .
      (then
        (local.set $whole (i32.add (local.get $at) (i32.const 1)))
        (local.set $at (call $pass_digits (local.get $whole)))
        (if (i32.eq (local.get $at) (local.get $whole)) (then (return (i32.const -1))))))
    (if (i32.gt_u (i32.sub (local.get $at) (local.get $start)) (i32.const 15))
      (then (return (i32.const -1))))
    (call $note (local.get $gap) (i32.const 4) (local.get $start) (local.get $at))
    (local.get $at))

  ;; Passes over the value that begins at `at`. The place behind it, or -1.
  (func $pass_value (param $gap i32) (param $at i32) (result i32)
    (local $word i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 34))
      (then (return (call $pass_text (local.get $gap) (i32.add (local.get $at) (i32.const 1))))))
    (local.set $word (i32.load (local.get $at)))
    (if (i32.eq (local.get $word) (i32.const 0x65757274)) ;; true
      (then
        (call $note
          (local.get $gap) (i32.const 5) (local.get $at) (i32.add (local.get $at) (i32.const 4)))
        (return (i32.add (local.get $at) (i32.const 4)))))
    (if
      (i32.and
        (i32.eq (local.get $word) (i32.const 0x736c6166)) ;; fals
        (i32.eq (i32.load8_u offset=4 (local.get $at)) (i32.const 101))) ;; e
      (then
        (call $note
          (local.get $gap) (i32.const 6) (local.get $at) (i32.add (local.get $at) (i32.const 5)))
        (return (i32.add (local.get $at) (i32.const 5)))))
    (call $pass_number (local.get $gap) (local.get $at)))

  ;; The place of the LF that ends the line which begins at `at`, when it is of the form; else -1.
  (func (export "walk") (param $form i32) (param $gaps i32) (param $at i32) (result i32)
    (local $gap i32) (local $last i32) (local $length i32)
    (local.set $last (i32.mul (local.get $gaps) (i32.const 12)))
    (loop $each_piece
      (local.set $length (i32.load (local.get $form)))
      (if
        (i32.eqz
          (call $same
            (local.get $at) (i32.add (local.get $form) (i32.const 4)) (local.get $length)))
        (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (local.get $length)))
      (local.set $form
        (i32.add
          (local.get $form)
          (i32.add
            (i32.const 4)
            (i32.and (i32.add (local.get $length) (i32.const 15)) (i32.const -16)))))
      (if (i32.lt_u (local.get $gap) (local.get $last))
        (then
          (local.set $at (call $pass_value (local.get $gap) (local.get $at)))
          (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
          (local.set $gap (i32.add (local.get $gap) (i32.const 12)))
          (br $each_piece))))
    (local.set $at
      (i32.add (local.get $at) (i32.eq (i32.load8_u (local.get $at)) (i32.const 13)))) ;; CR
    (select
      (local.get $at)
      (i32.const -1)
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 10)))))
