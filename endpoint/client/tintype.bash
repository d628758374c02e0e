# bash completion of tintype. Names of machines and snapshots are not completed: asking for them could ask for a password.
_tintype() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' each
  local config=${XDG_CONFIG_HOME:-$HOME/.config}/tintype/client.toml
  local commands='identify vms tree create apply destroy rename state jobs watch query invoke'
  local options='--json --verbose --timeout --profile --url --user --password-file --ca --auth --cert --key --insecure --allow-plain-http --config --help --version'
  COMPREPLY=()

  case $before in
    --password-file | --ca | --cert | --key | --config)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames 2>/dev/null
      return
      ;;
    --profile)
      each=$(sed -n 's/^[[:space:]]*\[profile\.\([A-Za-z0-9_-]*\)\].*/\1/p' "$config" 2>/dev/null)
      mapfile -t COMPREPLY < <(compgen -W "$each" -- "$word")
      return
      ;;
    --auth)
      mapfile -t COMPREPLY < <(compgen -W 'basic negotiate kerberos certificate' -- "$word")
      return
      ;;
    --namespace)
      mapfile -t COMPREPLY < <(compgen -W 'root/virtualization/v2 root/cimv2' -- "$word")
      return
      ;;
    --url | --user | --timeout | --wait) return ;;
  esac

  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $commands " in *" $each "*) command=$each; break ;; esac
  done
  if [[ $command == state && $word != -* && ${COMP_WORDS[COMP_CWORD - 2]} == state ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'start stop shutdown pause save reset' -- "$word")
    return
  fi
  case $command in
    '') [[ $word == -* ]] || options=$commands ;;
    destroy) options+=' --tree --no-wait --wait' ;;
    create | apply | state) options+=' --no-wait --wait' ;;
    invoke) options+=' --no-wait --wait --namespace' ;;
    query) options+=' --namespace' ;;
    watch) options+=' --wait' ;;
  esac
  [[ -n $command && $word != -* ]] || mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -F _tintype tintype
