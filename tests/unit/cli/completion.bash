# bash completion of sidecarctl, made by 'sidecarctl completion bash'
_sidecarctl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} prefix= command= i
  # bash may hand over "--option=value" as one word or, with "=" in COMP_WORDBREAKS, as three.
  if [[ $current == --*=* ]]; then
    previous=${current%%=*} prefix=$previous= current=${current#*=}
  elif [[ $current == "=" ]]; then
    current=
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --config | --color | --progress) [[ ${COMP_WORDS[i+1]} == "=" ]] && ((i++)); ((i++)) ;;
      -* | =) ;;
      *) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  local words= kind=words
  case $command:$previous in
    "":--config) kind=files ;;
    "":--color) words="auto always never" ;;
    "":--progress) words="auto tty plain none" ;;
    check:--profile) words="auto flags server" ;;
    check:--volume | check:-l) words= ;;
    check:--jobs) words= ;;
    check:--baseline) kind=files ;;
    check:--output) words= ;;
    check:--to) words= ;;
    check:--token-file) kind=files ;;
    check:--format) words="text json" ;;
    check:--config) kind=files ;;
    check:--color) words="auto always never" ;;
    check:--progress) words="auto tty plain none" ;;
    look:--color) words="auto always never" ;;
    look:--progress) words="auto tty plain none" ;;
    *)
      kind=
      ;;
  esac
  if [[ -z $kind ]]; then
    kind=words
    case $command:$current in
      "":-*) words="--verbose -v --quiet -q --config --color --progress --help -h --version" ;;
      "":*) words="check look" ;;
      check:-*) words="--profile --volume -l --jobs --baseline --output --telemetry --tls-verify --fix --to --password-stdin --token-file --format --verbose -v --quiet -q --config --color --progress --help -h --version" ;;
      look:-*) words="--config --verbose -v --quiet -q --color --progress --help -h --version" ;;
      *) kind=files ;;
    esac
  fi
  if [[ $kind == files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$words" -- "$current")
  fi
}
complete -F _sidecarctl sidecarctl
