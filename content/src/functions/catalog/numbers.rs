//! Filters of numbers and amounts.

use super::functions;

functions! { FUNCTIONS of Numbers:
    Filter "format_number" on Number: r#"{{ context.total | format_number(decimals=2, locale="de") }}"# => "1.234,50"
        "with thousands set apart, as people of a language write it" "언어에 맞게 천 단위를 나눈 수"
    Filter "format_money" on Number: r#"{{ context.total | format_money(currency="EUR") }}"# => "€1,234.50"
        "an amount with its currency; locale for the language, minor=true for cents" "통화와 함께 쓴 금액. locale은 언어, minor=true는 센트 단위"
    Filter "percentage" on Number: "{{ context.rate | percentage(decimals=1) }}" => "25.6%"
        "0.25 as 25%" "0.25를 25%로"
    QuickFilter "round" on Number: "{{ context.total | round(precision=0) }}" => "1235"
        "to so many decimals" "소수 자리에서 반올림"
    Filter "round_up" on Number: "{{ context.rate | round_up(precision=1) }}" => "0.3"
        "to the next above" "올림"
    Filter "round_down" on Number: "{{ context.rate | round_down(precision=1) }}" => "0.2"
        "to the next below" "내림"
    Filter "precision" on Number: "{{ context.total | precision(digits=2) }}" => "1200"
        "so many digits that count" "유효 숫자로"
    QuickFilter "abs" on Number: "{{ -5 | abs }}" => "5"
        "without its sign" "절댓값"
    QuickFilter "int" on Number: r#"{{ "17" | int }}"# => "17"
        "a text as a whole number" "글자를 정수로"
    QuickFilter "float" on Number: r#"{{ "2.5" | float }}"# => "2.5"
        "a text as a number" "글자를 수로"
    Filter "bool" on One: r#"{{ "yes" | bool }}"# => "true"
        "a text such as yes, true or 1 as a truth" "yes, true, 1 같은 글자를 참으로"
    Filter "hex" on Number: "{{ 255 | hex }}" => "ff"
        "a whole number in base 16" "정수를 16진수로"
    QuickFilter "pluralize" on Number: "{{ context.count }} item{{ context.count | pluralize }}" => "3 items"
        "an ending for more than one; singular and plural say which" "둘 이상일 때 붙는 어미"
}
