# fish completion of sidecarctl, made by 'sidecarctl completion fish'
function __sidecarctl_command_is
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case --config --color --progress
                set skip yes
            case '-*'
            case '*'
                test "$word" = "$argv[1]"
                return
        end
    end
    test -z "$argv[1]"
end
complete -c sidecarctl -e
complete -c sidecarctl -n '__sidecarctl_command_is ""' -f
complete -c sidecarctl -n '__sidecarctl_command_is ""' -a check -d 'Check images'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -a look -d 'Look at an image'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l verbose -s v -d 'Show what is done; twice: every request'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l quiet -s q -d 'No progress and notes; warnings and errors stay'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l config -r -F -d 'Configuration file (default: sidecar.toml, found upwards)'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l color -x -a 'auto always never' -d 'Colour of the output'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l progress -x -a 'auto tty plain none' -d 'How transfers are shown'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l help -s h -d 'Show help, also of a command'
complete -c sidecarctl -n '__sidecarctl_command_is ""' -l version -d 'Show the version'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l profile -x -a 'auto flags server' -d 'What it must satisfy'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l volume -s l -x -d 'A volume'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l jobs -x -d 'How many at once'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l baseline -r -F -d 'Known findings'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l output -x -d 'Reports to write'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l telemetry -d 'Ask for telemetry'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l tls-verify -d 'Check certificates'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l fix -d 'Repair'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l to -x -d 'Where to'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l password-stdin -d 'Read the password'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l token-file -r -F -d 'Token'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l format -x -a 'text json' -d 'Format'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l verbose -s v -d 'Show what is done; twice: every request'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l quiet -s q -d 'No progress and notes; warnings and errors stay'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l config -r -F -d 'Configuration file (default: sidecar.toml, found upwards)'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l color -x -a 'auto always never' -d 'Colour of the output'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l progress -x -a 'auto tty plain none' -d 'How transfers are shown'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l help -s h -d 'Show help, also of a command'
complete -c sidecarctl -n '__sidecarctl_command_is check' -l version -d 'Show the version'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l config -d 'Show the config'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l verbose -s v -d 'Show what is done; twice: every request'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l quiet -s q -d 'No progress and notes; warnings and errors stay'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l color -x -a 'auto always never' -d 'Colour of the output'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l progress -x -a 'auto tty plain none' -d 'How transfers are shown'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l help -s h -d 'Show help, also of a command'
complete -c sidecarctl -n '__sidecarctl_command_is look' -l version -d 'Show the version'
