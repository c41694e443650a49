# Sourced by fuzz.sh and fuzz_long.sh: builds the fuzz targets of the arguments, or all, whose names are then in `names`.
export ASAN_OPTIONS=quarantine_size_mb=32:malloc_context_size=8
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for source in tests/fuzz/fuzz_*.cpp; do name=${source##*/fuzz_}; names+=("${name%.cpp}"); done
fi
tools/install_packages.sh fuzz || exit 1
tools/quiet.sh cmake --preset fuzz || exit 1
tools/quiet.sh nice -n 5 cmake --build --preset fuzz --target "${names[@]/#/fuzz_}" || exit 1
mkdir -p build/fuzz/found

# What libFuzzer is given of a target besides the corpus that it may add to: dictionary, seeds, saved crashers.
given_to() {  # NAME
  [ ! -f "tests/fuzz/dictionaries/$1" ] || printf '%s\n' "-dict=tests/fuzz/dictionaries/$1"
  printf '%s\n' "tests/fuzz/corpus/$1"
  [ ! -d "tests/fuzz/crashes/$1" ] || printf '%s\n' "tests/fuzz/crashes/$1"
}
export -f given_to
