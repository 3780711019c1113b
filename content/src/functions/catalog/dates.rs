//! Filters of dates.

use super::functions;

functions! { FUNCTIONS of Dates:
    Filter "format_date" on Moment: r#"{{ context.at | format_date(format="long time", zone="Asia/Seoul", locale="ko") }}"# => "2026년 12월 2일 오전 5:30"
        "full, long, medium, short, time, iso, with “ time”, or a pattern such as yyyy-MM-dd" "full, long, medium, short, time, iso, 뒤에 “ time”, 또는 yyyy-MM-dd 같은 형식"
    Filter "date_add" on Moment: "{{ context.born | date_add(years=18, days=-1) }}" => "2008-05-16"
        "later by years, months, weeks, days, hours, minutes, seconds" "년, 월, 주, 일, 시, 분, 초를 더한 날짜"
    Filter "date_set" on Moment: "{{ context.at | date_set(day=1, hour=9, minute=0) }}" => "2026-12-01T09:00:00Z"
        "with another year, month, day, hour, minute or second" "년, 월, 일, 시, 분, 초를 바꾼 날짜"
    Filter "date_diff" on Moment: r#"{{ context.at | date_diff(from=now, unit="days") }}"# => "3"
        "how long after from it is: years, months, weeks, days, hours, minutes, seconds" "from부터 지난 시간"
    Filter "age" on Moment: "{{ context.born | age }}" => "36"
        "whole years until now, or until at" "지금 또는 at까지의 만 나이"
    Filter "day_of_week" on Moment: "{{ context.at | day_of_week }}" => "2"
        "1 is Monday, 7 is Sunday" "1은 월요일, 7은 일요일"
    Filter "day_of_year" on Moment: "{{ context.at | day_of_year }}" => "335"
        "from 1 on" "그 해의 몇째 날"
    Filter "week_of_year" on Moment: "{{ context.at | week_of_year }}" => "49"
        "by ISO 8601" "ISO 8601의 주 번호"
    Filter "date_part" on Moment: r#"{{ context.at | date_part(part="hour", zone="Asia/Seoul") }}"# => "5"
        "year, quarter, month, day, hour, minute or second, as a number" "년, 분기, 월, 일, 시, 분, 초를 수로"
    Filter "in_zone" on Moment: r#"{{ context.at | in_zone(zone="Europe/Berlin") }}"# => "2026-12-01T21:30:00+01:00"
        "the same moment on the clocks of a zone" "다른 시간대의 같은 순간"
    Filter "to_utc" on Moment: r#"{{ "2026-12-02T05:30:00+09:00" | to_utc }}"# => "2026-12-01T20:30:00Z"
        "the same moment in UTC" "같은 순간을 UTC로"
    Filter "to_date" on Moment: r#"{{ context.at | to_date(zone="Asia/Seoul") }}"# => "2026-12-02"
        "without its time" "시각 없이 날짜만"
    Filter "to_epoch" on Moment: r#"{{ now | to_epoch(unit="s") }}"# => "1795856400"
        "milliseconds since 1970, or seconds" "1970년부터의 밀리초 또는 초"
}
