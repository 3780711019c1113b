//! Values that every template can read.

use super::functions;

functions! { FUNCTIONS of Values:
    Value "context" on Any: "{{ context.total }}" => "1234.5"
        "what the call says of this occasion" "호출이 이번 건에 대해 알려 주는 값"
    Value "profile" on Any: r#"{{ profile.name | default(value="friend") }}"# => "Ann"
        "what is known of the person" "받는 사람에 대해 알려진 값"
    Value "campaign.id" on Any: "{{ campaign.id }}" => "018f2f6e-0000-7000-8000-000000000001"
        "the campaign's id" "캠페인의 ID"
    Value "campaign.name" on Any: "{{ campaign.name }}" => "Order confirmation"
        "what the campaign is called" "캠페인의 이름"
    Value "campaign.version" on Any: "{{ campaign.version }}" => "3"
        "the version of the campaign that is sent" "발송되는 캠페인의 버전"
    Value "recipient.user_id" on Any: "{{ recipient.user_id }}" => "ann-17"
        "who gets it, as the call names the person" "호출에 적힌 받는 사람의 ID"
    Value "recipient.namespace" on Any: "{{ recipient.namespace }}" => "crm"
        "of which kind that id is" "그 ID가 속한 네임스페이스"
    Value "recipient.address" on Any: "{{ recipient.address }}" => "ann@example.com"
        "where it goes: an address, a number, a device" "메시지가 가는 곳: 주소, 번호, 기기"
    Value "now" on Any: "{{ now }}" => "2026-11-28T09:00:00Z"
        "when the message is made" "메시지를 만드는 시각"
}
