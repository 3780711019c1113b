//! A call for an audience that is only tried.

use domain::dry_run::DryRun;
use domain::execution::AudienceRequest;
use domain::id::ExecutionKind;
use domain::{Faults, SandboxName, Timestamp};

use super::accept::{Wish, check_context, check_execute_at};
use super::expand::recipient_of;
use crate::api_clients::ApiCaller;
use crate::campaigns::LiveCampaign;
use crate::intake::Known;
use crate::intake::dry_run::{excluded_fault, fault_of, would_be};
use crate::intake::{check_door, check_live};
use crate::store::audiences::{self, StoredAudience, StoredMember};
use crate::{Engine, Error, Result};

/// Members that are tried: the first of the list, as many as a call may have recipients.
const TRIED: usize = 20;

impl Engine {
    /// What a call for an audience would do with the first members of the list, decided and rendered by the code that
    /// delivers. Refused and told as [`Engine::dry_run`] does.
    pub async fn dry_run_audience(&self, caller: &ApiCaller, request: AudienceRequest) -> Result<DryRun> {
        request.check(self.context_max_bytes()).into_result()?;
        let campaign = self.live_campaign(&caller.sandbox, request.campaign_id.trim()).await?;
        check_door(&campaign, ExecutionKind::Audience)?;
        let wish = Wish::of(caller, &request);
        let now = self.now();
        let mut faults = Faults::default();
        let not_live = check_live(&campaign, now).err().map(|failure| fault_of("campaignId", &failure));
        faults.0.extend(not_live.clone());
        let audience = self.audience_or_fault(&wish, &campaign, &mut faults).await?;
        faults.0.extend(check_context(&campaign, &wish.context).0);
        faults.0.extend(check_times(&request, &campaign, now)?.0);
        let configuration = self.configuration_if_any(&campaign.version.definition.configuration_id).await?;
        let mut recipients = Vec::new();
        for member in self.first_members(&campaign, &caller.sandbox, audience).await? {
            // Without a run nothing is stored that recipients share: each carries it.
            let recipient = recipient_of(&member, Some(wish.context.clone()))?;
            let mut reached = [recipient.clone()];
            let channel = campaign.version.definition.content.channel();
            self.complete_addresses(&caller.sandbox, channel, &mut reached).await?;
            let places = self
                .places_of(&caller.sandbox, &Known::as_told(&reached[0]), &campaign, configuration.as_deref())
                .await?;
            let (address, excluded) = match places {
                Ok(places) => places.into_iter().next().map_or_else(
                    || (recipient.user_id.clone(), None),
                    |place| (place.address, place.excluded.and_then(excluded_fault)),
                ),
                Err(fault) => (recipient.user_id.clone(), Some(fault)),
            };
            let fault = not_live.clone().or(excluded);
            let door = ExecutionKind::Audience;
            let message = would_be(&caller.sandbox, &campaign, door, &recipient, address, now)?;
            recipients.push(self.try_recipient(&recipient, message, fault.as_ref()).await?);
        }
        Ok(DryRun { would_accept: faults.is_empty(), faults, recipients })
    }

    async fn audience_or_fault(
        &self,
        wish: &Wish<'_>,
        campaign: &LiveCampaign,
        faults: &mut Faults,
    ) -> Result<Option<StoredAudience>> {
        match self.audience_of(wish, campaign).await {
            Ok(audience) => Ok(Some(audience)),
            Err(Error::Failure(failure)) => {
                faults.0.push(fault_of("audience.id", &failure));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn first_members(
        &self,
        campaign: &LiveCampaign,
        sandbox: &SandboxName,
        audience: Option<StoredAudience>,
    ) -> Result<Vec<StoredMember>> {
        let channel = campaign.version.definition.content.channel();
        match audience.map(|audience| (audience.audience.rule, audience.import_id)) {
            Some((Some(rule), _)) => self.first_people(sandbox, &rule, channel, TRIED).await,
            Some((None, Some(import))) => {
                audiences::members_after(self.store(), &import, 0, i64::try_from(TRIED).unwrap_or(i64::MAX)).await
            }
            _ => Ok(Vec::new()),
        }
    }
}

fn check_times(request: &AudienceRequest, campaign: &LiveCampaign, now: Timestamp) -> Result<Faults> {
    let later = request.execute_at()?.filter(|at| *at > now);
    Ok(Faults(later.and_then(|at| check_execute_at(campaign, at).err()).into_iter().collect()))
}
