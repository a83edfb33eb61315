# Completion of @program@ for PowerShell.

$__@function@Complete = {
    param($Word, $Line, $Cursor)

    # What is before the cursor, without quotes. Nothing of it is evaluated.
    $asked = @()
    foreach ($element in $Line.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.StartOffset -ge $Cursor) { break }
        $text = $element.Extent.Text
        if ($element.Extent.EndOffset -gt $Cursor) {
            $text = $text.Substring(0, $Cursor - $element.Extent.StartOffset)
        }
        $asked += $text.Trim("'", '"')
    }
    if ($Word -eq '') { $asked += '' }
    $current = $asked[-1]
    # Before 7.3, an empty argument gets lost on its way to a program.
    $passed = $asked
    if ($PSVersionTable.PSVersion -lt [version]'7.3') {
        $passed = $asked | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } }
    }

    $help = $env:HELM_ACTIVE_HELP
    $env:HELM_ACTIVE_HELP = '0'
    try { $answer = @(& '@program@' @question@ @passed 2>$null) }
    finally { $env:HELM_ACTIVE_HELP = $help }
    if ($answer.Count -eq 0 -or $answer[-1] -notmatch '^:(\d+)$') { return }
    $directive = [int]$Matches[1]
    if ($directive -band 1) { return }

    # Of --flag=value, candidates are values.
    $flag = ''
    if ($current -match '^(-[^=]*=)') { $flag = $Matches[1] }
    $found = @()
    if ($answer.Count -gt 1) {
        foreach ($entry in $answer[0..($answer.Count - 2)]) {
            $text, $about = $entry -split "`t", 2
            $text = $flag + $text
            if (-not $text.StartsWith($current)) { continue }
            if (-not $about) { $about = $text }
            $chosen = $text
            if (-not ($directive -band 2)) { $chosen = "$text " }
            $found += [System.Management.Automation.CompletionResult]::new(
                $chosen, $text, 'ParameterValue', $about)
        }
    }
    if ($found.Count -gt 0) { return $found }
    # An empty answer keeps PowerShell from offering files.
    if ($directive -band 4) { return '' }
}

Register-ArgumentCompleter -Native -CommandName '@program@' -ScriptBlock $__@function@Complete
