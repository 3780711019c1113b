//! The words of what proves a mail to be ours: SPF, DKIM, DMARC.

use domain::deliverability::{Alignment, DkimFinding, DmarcFinding, SpfFinding};

use super::words::{Words, fine, mend};
use crate::i18n::texts;

pub(super) fn of_spf(finding: &SpfFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        SpfFinding::Reads { lookups } => fine(t.spf_reads(lookups)),
        SpfFinding::Missing => mend(t.spf_missing, t.spf_missing_change),
        SpfFinding::Several { count } => mend(t.spf_several(count), t.spf_several_change),
        SpfFinding::Syntax { term } => mend(t.spf_syntax(term), t.spf_syntax_change),
        SpfFinding::TooManyLookups { lookups } => mend(t.spf_too_many(lookups), t.spf_too_many_change),
        SpfFinding::TooManyVoidLookups { lookups } => mend(t.spf_voids(lookups), t.spf_voids_change),
        SpfFinding::BadInclude { name } => mend(t.spf_bad_include(name), t.spf_bad_include_change),
        SpfFinding::LetsAll => mend(t.spf_lets_all, t.spf_lets_all_change),
        SpfFinding::EndsOpen { .. } => mend(t.spf_open, t.spf_lets_all_change),
        SpfFinding::Ptr => mend(t.spf_ptr, t.spf_ptr_change),
        SpfFinding::LetsThrough { address, by } => fine(t.spf_lets_through(address, by)),
        SpfFinding::Refuses { address } => mend(t.spf_refuses(address), t.spf_refuses_change),
        SpfFinding::Macro { address } => fine(t.spf_macro(address)),
        SpfFinding::Includes { service, include } => fine(t.spf_includes(include, service)),
        SpfFinding::Lacks { service, include } => mend(t.spf_lacks(include, service), t.spf_lacks_change(service)),
    }
}

pub(super) fn of_dkim(finding: &DkimFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        DkimFinding::Off => mend(t.dkim_off, t.dkim_off_change),
        DkimFinding::ByService { service } => mend(t.dkim_by_service(service), t.dkim_by_service_change(service)),
        DkimFinding::Unreadable => mend(t.dkim_unreadable, t.dkim_unreadable_change),
        DkimFinding::Matches => fine(t.dkim_matches),
        DkimFinding::Missing => mend(t.dkim_missing, t.dkim_missing_change),
        DkimFinding::Several { count } => mend(t.dkim_several(count), t.dkim_several_change),
        DkimFinding::OtherKey => mend(t.dkim_other_key, t.dkim_other_key_change),
        DkimFinding::Revoked => mend(t.dkim_revoked, t.dkim_missing_change),
        DkimFinding::Testing => mend(t.dkim_testing, t.dkim_testing_change),
        DkimFinding::Forbids { tag } => mend(t.dkim_forbids(tag), t.dkim_missing_change),
    }
}

pub(super) fn of_dmarc(finding: &DmarcFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        DmarcFinding::Policy { policy } => match policy.as_str() {
            "reject" => fine(t.dmarc_reject),
            "quarantine" => fine(t.dmarc_quarantine),
            _ => mend(t.dmarc_none, t.dmarc_none_change),
        },
        DmarcFinding::Missing => mend(t.dmarc_missing, t.dmarc_missing_change),
        DmarcFinding::Several { count } => mend(t.dmarc_several(count), t.dmarc_several_change),
        DmarcFinding::Syntax { tag } => mend(t.dmarc_syntax(tag), t.dmarc_syntax_change),
        DmarcFinding::Inherited { from } => fine(t.dmarc_inherited(from)),
        DmarcFinding::NoReports => mend(t.dmarc_no_reports, t.dmarc_no_reports_change),
        DmarcFinding::Reports { to } => fine(t.dmarc_reports(to)),
        DmarcFinding::ReportsRefused { to, record } => {
            mend(t.dmarc_reports_refused(to), t.dmarc_reports_refused_change(record))
        }
        DmarcFinding::Aligned { spf, dkim } => of_alignment(*spf, *dkim),
    }
}

fn of_alignment(spf: Alignment, dkim: Alignment) -> Words {
    let t = &texts().deliverability;
    let of_spf = match spf {
        Alignment::Aligned => t.spf_aligned,
        Alignment::Strangers => t.spf_strangers,
        Alignment::Absent => t.spf_absent,
        Alignment::Unknown => t.spf_unknown,
    };
    let of_dkim = match dkim {
        Alignment::Aligned => t.dkim_aligned,
        Alignment::Strangers => t.dkim_strangers,
        Alignment::Absent => t.dkim_absent,
        Alignment::Unknown => t.dkim_unknown,
    };
    let is_proven = [spf, dkim].contains(&Alignment::Aligned);
    (format!("{of_spf} {of_dkim}"), (!is_proven).then(|| t.not_aligned_change.to_owned()))
}
