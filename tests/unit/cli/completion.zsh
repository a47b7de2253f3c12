#compdef sidecarctl
# zsh completion of sidecarctl, made by 'sidecarctl completion zsh'
_sidecarctl() {
  local context state line
  typeset -A opt_args
  _arguments -C -s \
    '--verbose[Show what is done; twice\: every request]' \
    '-v[Show what is done; twice\: every request]' \
    '--quiet[No progress and notes; warnings and errors stay]' \
    '-q[No progress and notes; warnings and errors stay]' \
    '--config=[Configuration file (default\: sidecar.toml, found upwards)]:FILE:_files' \
    '--color=[Colour of the output]:auto|always|never:(auto always never)' \
    '--progress=[How transfers are shown]:auto|tty|plain|none:(auto tty plain none)' \
    '--help[Show help, also of a command]' \
    '-h[Show help, also of a command]' \
    '--version[Show the version]' \
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
        'check:Check images'
        'look:Look at an image'
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
        check)
          _arguments -s \
            '--profile=[What it must satisfy]:auto|flags|server:(auto flags server)' \
            '*--volume=[A volume]:NAME: ' \
            '*-l+[A volume]:NAME: ' \
            '--jobs=[How many at once]:N: ' \
            '--baseline=[Known findings]:FILE:_files' \
            '*--output=[Reports to write]:FORMAT=PATH: ' \
            '--telemetry[Ask for telemetry]' \
            '--tls-verify[Check certificates]' \
            '--fix=-[Repair]::VALUE: ' \
            '--to=[Where to]:TEXT: ' \
            '--password-stdin[Read the password]' \
            '--token-file=[Token]:FILE:_files' \
            '--format=[Format]:text|json:(text json)' \
            '--verbose[Show what is done; twice\: every request]' \
            '-v[Show what is done; twice\: every request]' \
            '--quiet[No progress and notes; warnings and errors stay]' \
            '-q[No progress and notes; warnings and errors stay]' \
            '--config=[Configuration file (default\: sidecar.toml, found upwards)]:FILE:_files' \
            '--color=[Colour of the output]:auto|always|never:(auto always never)' \
            '--progress=[How transfers are shown]:auto|tty|plain|none:(auto tty plain none)' \
            '--help[Show help, also of a command]' \
            '-h[Show help, also of a command]' \
            '--version[Show the version]' \
            '*:file:_files'
          ;;
        look)
          _arguments -s \
            '--config[Show the config]' \
            '--verbose[Show what is done; twice\: every request]' \
            '-v[Show what is done; twice\: every request]' \
            '--quiet[No progress and notes; warnings and errors stay]' \
            '-q[No progress and notes; warnings and errors stay]' \
            '--color=[Colour of the output]:auto|always|never:(auto always never)' \
            '--progress=[How transfers are shown]:auto|tty|plain|none:(auto tty plain none)' \
            '--help[Show help, also of a command]' \
            '-h[Show help, also of a command]' \
            '--version[Show the version]' \
            '*:file:_files'
          ;;
      esac
      ;;
  esac
}
# Found in $fpath this file is the function's body; sourced it only defines it.
if [[ $funcstack[1] == _sidecarctl ]]; then
  _sidecarctl "$@"
else
  compdef _sidecarctl sidecarctl
fi
