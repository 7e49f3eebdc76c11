;; One pass over a chunk that looks for all needles at once and counts the newlines on the way.
;;
;; Sixteen places are looked at together. Of the three bytes at a place only the low four bits are used: each picks, by a
;; table of sixteen, the set of buckets (one bit each) whose needles have such a byte there. Where the three sets share a
;; bucket, that bucket's needles are compared byte by byte. So the cost does not grow with the number of needles.
;;
;; Memory, as scan-simd.ts lays it out:
;;     0   3 tables of 16 bytes: bit b of entry n is set when a needle of bucket b has a byte with the low bits n
;;    48   the 16 bucket sets of the places being looked at
;;    64   for each of 8 buckets, i32: where its needles begin; and where the last one's end
;;   128   needles, 12 bytes each, i32: address of its bytes, their number, how many stand before the place looked at
(module
  (import "env" "memory" (memory 1))
  (global $passed (export "passed") (mut i32) (i32.const 0))

  ;; Whether a needle of one of the buckets stands around the place, within [low, high).
  (func $holds (param $place i32) (param $buckets i32) (param $low i32) (param $high i32) (result i32)
    (local $bucket i32) (local $needle i32) (local $last i32)
    (local $at i32) (local $bytes i32) (local $end i32)
    (loop $each_bucket
      (local.set $bucket (i32.shl (i32.ctz (local.get $buckets)) (i32.const 2)))
      (local.set $needle (i32.load offset=64 (local.get $bucket)))
      (local.set $last (i32.load offset=68 (local.get $bucket)))
      (block $no_more
        (loop $each_needle
          (br_if $no_more (i32.ge_u (local.get $needle) (local.get $last)))
          (local.set $bytes (i32.load (local.get $needle)))
          (local.set $end (i32.add (local.get $bytes) (i32.load offset=4 (local.get $needle))))
          (local.set $at (i32.sub (local.get $place) (i32.load offset=8 (local.get $needle))))
          (local.set $needle (i32.add (local.get $needle) (i32.const 12)))
          (br_if $each_needle (i32.lt_s (local.get $at) (local.get $low)))
          (br_if $each_needle
            (i32.gt_u
              (i32.add (local.get $at) (i32.sub (local.get $end) (local.get $bytes)))
              (local.get $high)))
          (loop $each_byte
            (br_if $each_needle
              (i32.ne (i32.load8_u (local.get $at)) (i32.load8_u (local.get $bytes))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (local.set $bytes (i32.add (local.get $bytes) (i32.const 1)))
            (br_if $each_byte (i32.lt_u (local.get $bytes) (local.get $end))))
          (return (i32.const 1))))
      (local.set $buckets (i32.and (local.get $buckets) (i32.sub (local.get $buckets) (i32.const 1))))
      (br_if $each_bucket (local.get $buckets)))
    (i32.const 0))

  ;; The first place in [from, to) where a needle within [low, high) is, else `to`. Sets `passed` to the newlines before
  ;; it. Reads up to 17 bytes past `to`, which must be memory, whatever is in them.
  (func (export "scan") (param $from i32) (param $to i32) (param $low i32) (param $high i32) (result i32)
    (local $first v128) (local $second v128) (local $third v128)
    (local $bytes v128) (local $more v128) (local $sets v128) (local $nibble v128) (local $newline v128)
    (local $counts v128) (local $until i32)
    (local $passed i32) (local $newlines i32) (local $places i32) (local $lane i32) (local $valid i32)
    (local.set $first (v128.load (i32.const 0)))
    (local.set $second (v128.load (i32.const 16)))
    (local.set $third (v128.load (i32.const 32)))
    (local.set $nibble (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
    (local.set $newline (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10))
    (block $done
      (loop $each_block
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        ;; Two blocks at a time for as long as neither has a suspicious place: 1.5 times as fast as one by one, most of it
        ;; since newlines are counted in sixteen lanes of a byte. After 127 times 2 those are added up, before they
        ;; overflow.
        (block $look_closely
          (br_if $look_closely (i32.lt_u (i32.sub (local.get $to) (local.get $from)) (i32.const 32)))
          (local.set $counts (v128.const i64x2 0 0))
          (local.set $until (i32.sub (local.get $to) (i32.const 31)))
          (if (i32.gt_u (i32.sub (local.get $until) (local.get $from)) (i32.const 4064))
            (then (local.set $until (i32.add (local.get $from) (i32.const 4064)))))
          (block $suspicious
            (loop $each_pair
              (local.set $bytes (v128.load (local.get $from)))
              (local.set $more (v128.load offset=16 (local.get $from)))
              (br_if $suspicious
                (v128.any_true
                  (v128.or
                    (v128.and
                      (v128.and
                        (i8x16.relaxed_swizzle
                          (local.get $first)
                          (v128.and (local.get $bytes) (local.get $nibble)))
                        (i8x16.relaxed_swizzle
                          (local.get $second)
                          (v128.and (v128.load offset=1 (local.get $from)) (local.get $nibble))))
                      (i8x16.relaxed_swizzle
                        (local.get $third)
                        (v128.and (v128.load offset=2 (local.get $from)) (local.get $nibble))))
                    (v128.and
                      (v128.and
                        (i8x16.relaxed_swizzle
                          (local.get $first)
                          (v128.and (local.get $more) (local.get $nibble)))
                        (i8x16.relaxed_swizzle
                          (local.get $second)
                          (v128.and (v128.load offset=17 (local.get $from)) (local.get $nibble))))
                      (i8x16.relaxed_swizzle
                        (local.get $third)
                        (v128.and (v128.load offset=18 (local.get $from)) (local.get $nibble)))))))
              ;; A lane that is equal is -1.
              (local.set $counts
                (i8x16.sub
                  (i8x16.sub (local.get $counts) (i8x16.eq (local.get $bytes) (local.get $newline)))
                  (i8x16.eq (local.get $more) (local.get $newline))))
              (local.set $from (i32.add (local.get $from) (i32.const 32)))
              (br_if $each_pair (i32.lt_u (local.get $from) (local.get $until)))))
          (local.set $counts
            (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $counts))))
          (local.set $passed
            (i32.add
              (local.get $passed)
              (i32.add
                (i32.add
                  (i32x4.extract_lane 0 (local.get $counts))
                  (i32x4.extract_lane 1 (local.get $counts)))
                (i32.add
                  (i32x4.extract_lane 2 (local.get $counts))
                  (i32x4.extract_lane 3 (local.get $counts))))))
          (br_if $each_block (i32.ge_u (local.get $from) (local.get $until))))
        (local.set $bytes (v128.load (local.get $from)))
        (local.set $newlines (i8x16.bitmask (i8x16.eq (local.get $bytes) (local.get $newline))))
        (local.set $sets
          (v128.and
            (v128.and
              (i8x16.relaxed_swizzle (local.get $first) (v128.and (local.get $bytes) (local.get $nibble)))
              (i8x16.relaxed_swizzle (local.get $second)
                (v128.and (v128.load offset=1 (local.get $from)) (local.get $nibble))))
            (i8x16.relaxed_swizzle (local.get $third)
              (v128.and (v128.load offset=2 (local.get $from)) (local.get $nibble)))))
        ;; The last block may reach past `to`: its places there are none.
        (if (i32.lt_u (i32.sub (local.get $to) (local.get $from)) (i32.const 16))
          (then
            (local.set $valid
              (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $to) (local.get $from))) (i32.const 1)))
            (local.set $newlines (i32.and (local.get $newlines) (local.get $valid))))
          (else (local.set $valid (i32.const 65535))))
        (if (v128.any_true (local.get $sets))
          (then
            (v128.store offset=48 (i32.const 0) (local.get $sets))
            (local.set $places
              (i32.and
                (i8x16.bitmask (i8x16.ne (local.get $sets) (v128.const i64x2 0 0)))
                (local.get $valid)))
            (block $no_place
              (loop $each_place
                (br_if $no_place (i32.eqz (local.get $places)))
                (local.set $lane (i32.ctz (local.get $places)))
                (if
                  (call $holds
                    (i32.add (local.get $from) (local.get $lane))
                    (i32.load8_u offset=48 (local.get $lane))
                    (local.get $low)
                    (local.get $high))
                  (then
                    (global.set $passed
                      (i32.add
                        (local.get $passed)
                        (i32.popcnt
                          (i32.and
                            (local.get $newlines)
                            (i32.sub (i32.shl (i32.const 1) (local.get $lane)) (i32.const 1))))))
                    (return (i32.add (local.get $from) (local.get $lane)))))
                (local.set $places
                  (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))
                (br $each_place)))))
        (local.set $passed (i32.add (local.get $passed) (i32.popcnt (local.get $newlines))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br $each_block)))
    (global.set $passed (local.get $passed))
    (local.get $to)))
