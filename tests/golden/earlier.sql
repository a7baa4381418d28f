-- What a database of an earlier version holds, in flight, at revision c3e7a1d84f60: data only.
--
-- The application of commit 1df3070 wrote it, asked over HTTP as people ask it, with the stand-in
-- (`tests/stand_in`) for a model; no row was written by hand. In this order:
--
-- * Ada (beginner, English) reads `robots`; Badar (beginner, Urdu) too, and `deciding` is rejected.
-- * Claire (beginner, French) registers. A batch for her `robots` is handed in to Anthropic.
-- * A batch for the beginner's `arms` goes to OpenAI, which fails at `grippers`, and is collected.
-- * Grace, an instructor, pins `setup` as the model wrote it, edits `safety` and `sensing`, rejects
--   `deciding` with a hint and locks `acting`: all of `robots` as the beginner reads it.
-- * The author edits `sensing`: the chapters beside this file, in `earlier_book/`, are those of now.
-- * Ada reads `robots` twice, Badar once more, Hedy (beginner, Jetson) once; she says of `setup`
--   that it did not help her.
-- * A batch for Urdu `arms` is being handed in to Anthropic, and no answer comes.
-- * Grace asks for three warm-ups of `arms`: one she cancels, one (French) has done four sections
--   and waits for a model's answer on `grippers` under two plans, one (English) is queued.
--
-- There everything was cut off. It is loaded a minute later: every moment is relative to now(), so
-- load it in one transaction. Passwords are those of `tests/factories.py`. What the open batch asks
-- for is in `earlier_book/_handed_in.json`, as a provider holds it: the user's message by key.

INSERT INTO attempt (key, count, first_at, last_at) VALUES
('registration:127.0.0.1', 4, now() - interval '66.110 s', now() - interval '64.286 s');

INSERT INTO chapter_revision (chapter_id, revision) VALUES
('robots', 5);

INSERT INTO reservation (id, day, provider, model, amount_usd, expires_at) VALUES
('092a0d51-117b-4af7-9f5b-2cf9e18ae045', (now() AT TIME ZONE 'UTC')::date, 'claude', 'claude-sonnet-5-5', 0.034858, now() + interval '177.011 s'),
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', (now() AT TIME ZONE 'UTC')::date, 'claude', 'claude-sonnet-5-5', 0.086280, now() + interval '107935.911 s'),
('8a0bf283-3cb3-48bc-9415-c1733a423fe7', (now() AT TIME ZONE 'UTC')::date, 'claude', 'claude-sonnet-5-5', 0.033728, now() + interval '177.012 s'),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', (now() AT TIME ZONE 'UTC')::date, 'claude', 'claude-sonnet-5-5', 0.102868, now() + interval '107934.878 s');

INSERT INTO section_rewrite (key, state, owner, deadline, runs, notes, reason, failed_check, repaired_check, llm_provider, llm_model, input_tokens, output_tokens, failures, retry_at, chapter_id, created_at) VALUES
('05f9d10790131925226eec3cfb297eb15c47f5610563ba58d6ffa4753d3a2807', 'ready', NULL, NULL, '["In short: Safety","In short: Keep your hands away from the arm.","In short: The stop button is red. Press it whenever you are not sure what the arm will do next."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3648, 61, 0, NULL, 'robots', now() - interval '64.177 s'),
('15631ecb3fe17fe595d37fbd24e11ce109ecd46b417816c8e806836751d4e80c', 'ready', NULL, NULL, '["In short: Arms","In short: An arm has six joints, and each of them turns by itself."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'openai', 'gpt-6.1-terra', 3261, 37, 0, NULL, 'arms', now() - interval '65.027 s'),
('17c3367111fff7d7e4f9697c934285d2034dc8a5ca786557a6da5a29a2dcc529', 'ready', NULL, NULL, '["طالب جواب آنکھ","وقت آنکھ آنکھ, سبق سبق علم. طریقہ راستہ آسان آنکھ نظام علم سوال, سبق ⟦1⟧ جواب طالب\nروبوٹ مثال آسان."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3771, 48, 0, NULL, 'robots', now() - interval '65.345 s'),
('18df1da0b660e4dd177bf0150b84bc21bcb22462f64af95bb066d8f4d2a3c069', 'ready', NULL, NULL, '["In short: Sensing","In short: A camera sees the world 30 times a second, day and night. A digital twin is fed with the same\npictures."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3296, 51, 0, NULL, 'robots', now() - interval '64.383 s'),
('1dd9996aa2959fae927b4d9a8f19a9350a6b0d4cc903de986c6b9c6d47b1a708', 'ready', NULL, NULL, '["In short: Deciding","In short: The planner reads ⟦1⟧ and picks the next move. It has 20 ms for it."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3639, 42, 0, NULL, 'robots', now() - interval '64.161 s'),
('2d57e4fe830936d3be2da92b37ed85dc42a86cc057b035efa0f49e03becabb02', 'ready', NULL, NULL, '["In short: Robots at work","In short: A robot senses, decides and acts. It does so many times a second, and ⟦1⟧ shows what\nit talks about."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3310, 53, 0, NULL, 'robots', now() - interval '65.600 s'),
('3090a0458f9832d330350f23dbd55d1fff012967fa5af4ecc2bb94ed76a372b1', 'ready', NULL, NULL, '["حرکت","وقت سوال پہلا طریقہ آسان 30 نظام علم سوال, دنیا سبق آسان. وقت علم کام آسان علم حرکت طریقہ جواب\nجواب."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3757, 44, 0, NULL, 'robots', now() - interval '64.309 s'),
('398642d04005ba6a15dbfba2917561fb83af162911136e0f216a9b149b3f9227', 'ready', NULL, NULL, '["In short: Robots at work","In short: A robot senses, decides and acts. It does so many times a second, and ⟦1⟧ shows what\nit talks about."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3650, 53, 0, NULL, 'robots', now() - interval '64.203 s'),
('3a5c032a06f8537cbfd7355ce6852d16d326a83a08e83ece1782a0b5b485801f', 'pending', '02af0330-80ee-4cd1-8e73-6309a1891e53', now() - interval '50.025 s', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, NULL, 'arms', now() - interval '63.035 s'),
('3eff23390a23a343564e04aa2e086697c57fe1f7b15b1781a38c85bbf6682026', 'ready', NULL, NULL, '["In short: Setup","In short: Install [the tools]⟦1⟧ first. The loop runs at ⟦2⟧ Hz.","In short: First, open a terminal and type ⟦3⟧.","In short: Second, read **every** line of it."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3705, 69, 0, NULL, 'robots', now() - interval '64.187 s'),
('43105806c986099056670facdc859dbdb58aca45639c55fd597ec6e9a0736341', 'ready', NULL, NULL, '["In short: Sensing","In short: A camera sees the world 30 times a second. A digital twin is fed with the same\npictures."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3292, 47, 0, NULL, 'robots', now() - interval '65.507 s'),
('483a3dcb6e20cb6fd9a3d2a7f87a50b0f6bc235dc8e02a092b0993040b29afa1', 'ready', NULL, NULL, '["حرکت","وقت سوال پہلا طریقہ آسان 30 نظام علم سوال. وقت علم کام آسان علم حرکت طریقہ جواب\nجواب."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3753, 40, 0, NULL, 'robots', now() - interval '65.270 s'),
('4a7445bfef3be9398eac75f9e9260f70054a3665236f7dbb736c9e9371da8808', 'ready', NULL, NULL, '["In short: Deciding","In short: The planner reads ⟦1⟧ and picks the next move. It has 20 ms for it."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3391, 42, 0, NULL, 'robots', now() - interval '64.374 s'),
('71491d955aaa60607f53b4c3c4c596e94c18b4e2651451a9777d462493175f49', 'ready', NULL, NULL, '["mouvement","leçon le apprend était système, monde réponse bouge leçon dans bouge lorsque."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 4071, 39, 0, NULL, 'arms', now() - interval '62.941 s'),
('7a7f818968facee377349fa0156c7609119dff22952466414b02dcf577318fae', 'ready', NULL, NULL, '["In short: Acting","In short: Each motor turns until the arm is where it should be.","In short: Part","In short: Job","In short: Motor","In short: Moves the arm","In short: Brake","In short: Holds it in place"]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3341, 93, 0, NULL, 'robots', now() - interval '65.535 s'),
('7dccdd1ecc990c34ee396fb8b037206f30fe1ded668953cdf025fc5ee4b78f27', 'ready', NULL, NULL, '["In short: Safety","In short: Keep your hands away from the arm.","In short: The stop button is red. Press it whenever you are not sure what the arm will do next."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3308, 61, 0, NULL, 'robots', now() - interval '65.624 s'),
('8092dd39866fcbb3b274ec073f20a7048383143419257ad7a8d1c57bdf0cb90e', 'ready', NULL, NULL, '["monde","lorsque système système dans leçon toujours le.","mouvement cette dans facile pendant. monde le apprend mouvement cette première mouvement apprend toujours le bouge dans système."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3756, 68, 0, NULL, 'arms', now() - interval '62.922 s'),
('9db76639148455a450e427873735b50eda07190179af948bf75c28840b0fade2', 'ready', NULL, NULL, '["سبق","سوال نظام نظام حصہ دنیا طریقہ روبوٹ.","حرکت مشین حصہ آسان وقت. سبق روبوٹ طالب حرکت مشین پہلا حرکت طالب طریقہ روبوٹ مثال حصہ نظام."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3769, 55, 0, NULL, 'robots', now() - interval '65.286 s'),
('a1d7b65ca4901fff907b44c988e2157b80d2cb88580bcd57f6b803ccc2dc1bdb', 'ready', NULL, NULL, '["In short: Setup","In short: Install [the tools]⟦1⟧ first. The loop runs at ⟦2⟧ Hz.","In short: First, open a terminal and type ⟦3⟧.","In short: Second, read **every** line of it."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3365, 69, 0, NULL, 'robots', now() - interval '65.587 s'),
('bb6020015f5fbdb0cfb3967e40a5ac4b999cce7ab278ac0a5d72a4b7be17e679', 'ready', NULL, NULL, '["monde","lorsque système système dans leçon toujours le.","mouvement cette dans facile pendant. monde le apprend mouvement cette première mouvement apprend toujours le bouge dans système."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 4096, 68, 0, NULL, 'arms', now() - interval '62.925 s'),
('bd408b534e768e5e0a4ea2403fc768f73a0d6687838efd4ec4ba9b519328f2cb', 'ready', NULL, NULL, '["In short: Sensing","In short: A camera sees the world 30 times a second, day and night. A digital twin is fed with the same\npictures."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3636, 51, 0, NULL, 'robots', now() - interval '64.167 s'),
('cc75fc70c66e7f3c0dc95c98e768b29f02769b21da4159ac8b94512058791b12', 'pending', 'af18010b-b918-44d9-b47d-812f20faeba4', now() - interval '50.027 s', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, NULL, 'arms', now() - interval '63.037 s'),
('e3a4c4416bcf60948a5252ac917b3a3b1da4389c1630a81e16dda40574c5df06', 'rejected', NULL, NULL, NULL, NULL, 'run 2: ⟦1⟧ is missing', 'placeholders', NULL, NULL, NULL, 0, 0, 1, now() + interval '3534.757 s', 'robots', now() - interval '65.335 s'),
('e40741f6fc21bacaebf0ed39600422b3d6b585b1994a34abe755a196fe1ff7e0', 'ready', NULL, NULL, '["جواب","راستہ [طریقہ وقت]⟦1⟧ بات. حرکت طریقہ وقت جواب ⟦2⟧ نظام.","وقت, جواب علم حصہ سبق سوال ⟦3⟧.","آسان, علم **آسان** مشین مثال روبوٹ."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3826, 58, 0, NULL, 'robots', now() - interval '65.309 s'),
('e5af6a5830ec44bc79e45d9f680a831ac78dc5e6efcdeaa35e0cb3b68f858434', 'ready', NULL, NULL, '["mouvement","leçon le apprend était système, monde réponse bouge leçon dans bouge lorsque."]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3731, 39, 0, NULL, 'arms', now() - interval '62.936 s'),
('ee2dcfb42845c0f41a5c01fb98ac04bbc51ea780105bc8f644d4d43ef3e8a8b6', 'ready', NULL, NULL, '["راستہ","مثال دنیا حصہ کام طریقہ روبوٹ آسان طالب روبوٹ روبوٹ سوال.","روبوٹ","دنیا","نظام","طالب طریقہ روبوٹ","کام","سوال روبوٹ حرکت پہلا"]'::jsonb, '[]'::jsonb, NULL, NULL, NULL, 'claude', 'claude-sonnet-5-5', 3802, 75, 0, NULL, 'robots', now() - interval '65.278 s');

INSERT INTO spending (day, provider, model, calls, input_tokens, output_tokens, cost_usd) VALUES
((now() AT TIME ZONE 'UTC')::date, 'claude', 'claude-sonnet-5-5', 25, 90863, 1342, 0.077460),
((now() AT TIME ZONE 'UTC')::date, 'openai', 'gpt-6.1-terra', 1, 3261, 37, 0.002125);

INSERT INTO spending_day (day, settled_usd) VALUES
((now() AT TIME ZONE 'UTC')::date, 0.079585);

INSERT INTO users (id, email, hashed_password, onboarding, role, is_active, issuer, subject, created_at, updated_at) VALUES
(1, 'root@example.test', '$argon2id$v=19$m=8,t=1,p=1$F+I8x1hLCSGE8P4/J2TsXQ$T84wBDE4cmMFOSqBBsNaxT+muCkNMeppIp35qP1B4dQ', '{"programming_experience":"Beginner"}'::jsonb, 'admin', true, NULL, NULL, now() - interval '66.170 s', now() - interval '66.170 s'),
(2, 'grace@example.test', '$argon2id$v=19$m=8,t=1,p=1$F+I8x1hLCSGE8P4/J2TsXQ$T84wBDE4cmMFOSqBBsNaxT+muCkNMeppIp35qP1B4dQ', '{"programming_experience":"Beginner"}'::jsonb, 'instructor', true, NULL, NULL, now() - interval '66.159 s', now() - interval '66.159 s'),
(3, 'ada@example.test', '$argon2id$v=19$m=8,t=1,p=1$ay2FMGasFSLE2PufM0bo/Q$uRCbpIoBSAVYALrOIAT5JKqekpmDFBf1pyJ1MS/KEBc', '{"programming_experience":"Beginner"}'::jsonb, 'learner', true, NULL, NULL, now() - interval '66.107 s', now() - interval '66.091 s'),
(4, 'badar@example.test', '$argon2id$v=19$m=8,t=1,p=1$bo0xJmTs/d+7FyKEsHbO2Q$1WMmfguRxBOINn2o/6xqr0WLx0LuY0NQMLAyvqwED3k', '{"preferred_language":"Urdu","programming_experience":"Beginner"}'::jsonb, 'learner', true, NULL, NULL, now() - interval '65.482 s', now() - interval '65.421 s'),
(5, 'claire@example.test', '$argon2id$v=19$m=8,t=1,p=1$eC9FyPl/b23tvdfaWwsB4A$OoRljjBWU311B566KOBLcPkiKi+s17f7CRrsfLMdwSM', '{"language_tag":"fr","preferred_language":"Other","programming_experience":"Beginner"}'::jsonb, 'learner', true, NULL, NULL, now() - interval '65.215 s', now() - interval '65.205 s'),
(6, 'hedy@example.test', '$argon2id$v=19$m=8,t=1,p=1$qVXqPYdQSokRIkSoFaI0Rg$Qd33t7t2KYTexLmHYyJvvXg66KU9gfS71W2Wzl/i9j8', '{"hardware_availability":"Jetson Kit","programming_experience":"Beginner"}'::jsonb, 'learner', true, NULL, NULL, now() - interval '64.283 s', now() - interval '64.271 s');

INSERT INTO warm_batch (id, provider, model, batch_id, state, submitted_at, finished_at) VALUES
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', 'claude', 'claude-sonnet-5-5', NULL, 'submitting', now() - interval '64.087 s', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', 'claude', 'claude-sonnet-5-5', 'msgbatch_0001', 'open', now() - interval '65.118 s', NULL),
('f828fbd4-a1c4-4ec2-887e-d0a2962644f1', 'openai', 'gpt-6.1-terra', 'batch_0001', 'closed', now() - interval '65.075 s', now() - interval '65.007 s');

INSERT INTO feedback (id, user_id, chapter_id, section_id, section_key, plan_hash, helpful, comment, created_at, updated_at) VALUES
(1, 6, 'robots', 'setup', '3eff23390a23a343564e04aa2e086697c57fe1f7b15b1781a38c85bbf6682026', '1044b786a9dec76ad34cc6970c343f8360833c26d5af2cbc70dd04eb23e130b0', false, 'Which tools?', now() - interval '64.141 s', now() - interval '64.141 s');

INSERT INTO generation_permit (id, user_id, taken_at) VALUES
('0b1c4f21-f2cd-434b-9696-33ffe0eeda62', 3, now() - interval '64.415 s'),
('640a0ae8-7e84-445d-96a3-af0d089e27c8', 4, now() - interval '64.337 s'),
('74d6424f-3347-440e-b138-16cc9de7f361', 4, now() - interval '65.399 s'),
('d9a18166-e019-4f1d-beb2-cdd6df367ef7', 6, now() - interval '64.255 s'),
('e9543709-05e6-4179-b80d-89d54809c4d8', 3, now() - interval '65.807 s');

INSERT INTO instruction_audit (id, user_id, act, chapter_id, section_id, plan_hash, details, created_at) VALUES
(1, 2, 'pin', 'robots', 'setup', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', '{}'::jsonb, now() - interval '64.942 s'),
(2, 2, 'edit', 'robots', 'safety', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', '{"runs":[2],"after":{"2":"The stop button is red. Press it at once when you are not sure about the arm."},"notes":false,"before":{"2":"In short: The stop button is red. Press it whenever you are not sure what the arm will do next."}}'::jsonb, now() - interval '64.513 s'),
(3, 2, 'edit', 'robots', 'sensing', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', '{"runs":[1],"after":{"1":"A camera takes 30 pictures a second. A digital twin is fed with the same pictures."},"notes":false,"before":{"1":"In short: A camera sees the world 30 times a second. A digital twin is fed with the same\npictures."}}'::jsonb, now() - interval '64.468 s'),
(4, 2, 'reject', 'robots', 'deciding', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', '{"hint":"Say what a planner is."}'::jsonb, now() - interval '64.450 s'),
(5, 2, 'lock', 'robots', 'acting', NULL, '{}'::jsonb, now() - interval '64.439 s'),
(6, 2, 'warm', 'arms', NULL, NULL, '{"job":"57a70547-9b7a-4ff6-9404-448fdc85737a","plans":"in-use","missing":8,"upgrade":false,"languages":[],"chapter_ids":["arms"]}'::jsonb, now() - interval '63.101 s'),
(7, 2, 'cancel', NULL, NULL, NULL, '{"job":"57a70547-9b7a-4ff6-9404-448fdc85737a"}'::jsonb, now() - interval '63.093 s'),
(8, 2, 'warm', 'arms', NULL, NULL, '{"job":"a204ba0f-f54f-4005-a292-72c4b8823c15","plans":"in-use","missing":6,"upgrade":false,"languages":["fr"],"chapter_ids":["arms"]}'::jsonb, now() - interval '63.074 s'),
(9, 2, 'warm', 'arms', NULL, NULL, '{"job":"2fb5a809-208a-4068-ac87-f22ef3478300","plans":"in-use","missing":3,"upgrade":false,"languages":["en"],"chapter_ids":["arms"]}'::jsonb, now() - interval '60.031 s');

INSERT INTO personalization_cache (id, user_id, chapter_id, profile_hash, personalized_content, applied_transformations, created_at, version, source_hash, plan_hash, sections, retry_at, last_used_at) VALUES
(1, 3, 'robots', '17bc164dac9bb825ea6d8b22993e61411993af610197fe90f30742aece8a935b', '---
title: Robots at work
sidebar_position: 1
---

# In short: Robots at work

In short: A robot senses, decides and acts. It does so many times a second, and `ros2 topic list` shows what
it talks about.

## In short: Setup

In short: Install [the tools](https://example.org/tools "Tools") first. The loop runs at $f = 50$ Hz.

```bash
sudo apt install ros-jazzy-desktop   # keep me
```

- In short: First, open a terminal and type `ls`.
- In short: Second, read **every** line of it.

## In short: Sensing

In short: A camera sees the world 30 times a second, day and night. A digital twin is fed with the same
pictures.

## In short: Deciding

In short: The planner reads `/joint_states` and picks the next move. It has 20 ms for it.

## Acting

Each motor turns until the arm is where it should be.

| Part  | Job               |
| ----- | ----------------- |
| Motor | Moves the arm     |
| Brake | Holds it in place |

## In short: Safety

:::warning

In short: Keep your hands away from the arm.

:::

The stop button is red. Press it at once when you are not sure about the arm.
', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], now() - interval '64.369 s', 2, '78844862e91135afe9ff735151e5d8795722b4de283a3ad6f499368824a862b3', '66d73e930d2a28f718c65823232081be7bf7b1e0eda0d9f397a3f5bc45a0e4a1', '{"title":"In short: Robots at work","sections":[{"id":"robots-at-work","key":"2d57e4fe830936d3be2da92b37ed85dc42a86cc057b035efa0f49e03becabb02","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Robots at work","length":205,"reason":null,"status":"cached","headings":[{"id":"robots-at-work","text":"In short: Robots at work","level":1}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"setup","key":"a1d7b65ca4901fff907b44c988e2157b80d2cb88580bcd57f6b803ccc2dc1bdb","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Setup","length":281,"reason":null,"status":"cached","headings":[{"id":"setup","text":"In short: Setup","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"sensing","key":"18df1da0b660e4dd177bf0150b84bc21bcb22462f64af95bb066d8f4d2a3c069","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Sensing","length":137,"reason":null,"status":"rewritten","headings":[{"id":"sensing","text":"In short: Sensing","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"deciding","key":"4a7445bfef3be9398eac75f9e9260f70054a3665236f7dbb736c9e9371da8808","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Deciding","length":114,"reason":null,"status":"rewritten","headings":[{"id":"deciding","text":"In short: Deciding","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"acting","key":"7a7f818968facee377349fa0156c7609119dff22952466414b02dcf577318fae","cause":null,"model":null,"notes":[],"title":"Acting","length":187,"reason":null,"status":"original","headings":[{"id":"acting","text":"Acting","level":2}],"provider":null,"retry_at":null,"failed_check":null},{"id":"safety","key":"7dccdd1ecc990c34ee396fb8b037206f30fe1ded668953cdf025fc5ee4b78f27","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Safety","length":162,"reason":null,"status":"cached","headings":[{"id":"safety","text":"In short: Safety","level":2}],"provider":"claude","retry_at":null,"failed_check":null}]}'::jsonb, NULL, now() - interval '64.369 s'),
(2, 4, 'robots', '234cc99da5c1c19b9acb146045d0b5808f11d5e4c3fb62014473ebd244657505', '---
title: Robots at work
sidebar_position: 1
---

# طالب جواب آنکھ

وقت آنکھ آنکھ, سبق سبق علم. طریقہ راستہ آسان آنکھ نظام علم سوال, سبق `ros2 topic list` جواب طالب
روبوٹ مثال آسان.

## جواب

راستہ [طریقہ وقت](https://example.org/tools "Tools") بات. حرکت طریقہ وقت جواب $f = 50$ نظام.

```bash
sudo apt install ros-jazzy-desktop   # keep me
```

- وقت, جواب علم حصہ سبق سوال `ls`.
- آسان, علم **آسان** مشین مثال روبوٹ.

## حرکت

وقت سوال پہلا طریقہ آسان 30 نظام علم سوال, دنیا سبق آسان. وقت علم کام آسان علم حرکت طریقہ جواب
جواب.

## Deciding

The planner reads `/joint_states` and picks the next move. It has 20 ms for it.

## Acting

Each motor turns until the arm is where it should be.

| Part  | Job               |
| ----- | ----------------- |
| Motor | Moves the arm     |
| Brake | Holds it in place |

## سبق

:::warning

سوال نظام نظام حصہ دنیا طریقہ روبوٹ.

:::

حرکت مشین حصہ آسان وقت. سبق روبوٹ طالب حرکت مشین پہلا حرکت طالب طریقہ روبوٹ مثال حصہ نظام.
', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice', 'urdu-translation']::text[], now() - interval '64.302 s', 2, '78844862e91135afe9ff735151e5d8795722b4de283a3ad6f499368824a862b3', 'acbc410a5dec108205878d5850f44d9c9dca040bad699ccf85fed58d25fd3999', jsonb_set('{"title":"طالب جواب آنکھ","sections":[{"id":"robots-at-work","key":"17c3367111fff7d7e4f9697c934285d2034dc8a5ca786557a6da5a29a2dcc529","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"طالب جواب آنکھ","length":184,"reason":null,"status":"cached","headings":[{"id":"robots-at-work","text":"طالب جواب آنکھ","level":1}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"setup","key":"e40741f6fc21bacaebf0ed39600422b3d6b585b1994a34abe755a196fe1ff7e0","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"جواب","length":237,"reason":null,"status":"cached","headings":[{"id":"setup","text":"جواب","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"sensing","key":"3090a0458f9832d330350f23dbd55d1fff012967fa5af4ecc2bb94ed76a372b1","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"حرکت","length":111,"reason":null,"status":"rewritten","headings":[{"id":"sensing","text":"حرکت","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"deciding","key":"e3a4c4416bcf60948a5252ac917b3a3b1da4389c1630a81e16dda40574c5df06","cause":"rejected","model":null,"notes":[],"title":"Deciding","length":94,"reason":"The rewritten text did not pass our checks, so this is the author''s own.","status":"fallback","headings":[{"id":"deciding","text":"Deciding","level":2}],"provider":null,"retry_at":"2026-12-01T02:29:04.479777Z","failed_check":"placeholders"},{"id":"acting","key":"ee2dcfb42845c0f41a5c01fb98ac04bbc51ea780105bc8f644d4d43ef3e8a8b6","cause":null,"model":null,"notes":[],"title":"Acting","length":187,"reason":null,"status":"original","headings":[{"id":"acting","text":"Acting","level":2}],"provider":null,"retry_at":null,"failed_check":null},{"id":"safety","key":"9db76639148455a450e427873735b50eda07190179af948bf75c28840b0fade2","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"سبق","length":154,"reason":null,"status":"cached","headings":[{"id":"safety","text":"سبق","level":2}],"provider":"claude","retry_at":null,"failed_check":null}]}'::jsonb, '{sections,3,retry_at}', to_jsonb(now() + interval '3534.757 s')), now() + interval '3534.757 s', now() - interval '64.302 s'),
(5, 6, 'robots', '46711668e63c38afeb289c26e9e5b7a82f42ffbe761ea16b065b3413612cfd56', '---
title: Robots at work
sidebar_position: 1
---

# In short: Robots at work

In short: A robot senses, decides and acts. It does so many times a second, and `ros2 topic list` shows what
it talks about.

## In short: Setup

In short: Install [the tools](https://example.org/tools "Tools") first. The loop runs at $f = 50$ Hz.

```bash
sudo apt install ros-jazzy-desktop   # keep me
```

- In short: First, open a terminal and type `ls`.
- In short: Second, read **every** line of it.

## In short: Sensing

In short: A camera sees the world 30 times a second, day and night. A digital twin is fed with the same
pictures.

## In short: Deciding

In short: The planner reads `/joint_states` and picks the next move. It has 20 ms for it.

## Acting

Each motor turns until the arm is where it should be.

| Part  | Job               |
| ----- | ----------------- |
| Motor | Moves the arm     |
| Brake | Holds it in place |

## In short: Safety

:::warning

In short: Keep your hands away from the arm.

:::

In short: The stop button is red. Press it whenever you are not sure what the arm will do next.
', ARRAY['beginner-simplify', 'robotics-primer', 'jetson-hardware', 'student-practice']::text[], now() - interval '64.154 s', 1, '78844862e91135afe9ff735151e5d8795722b4de283a3ad6f499368824a862b3', '1044b786a9dec76ad34cc6970c343f8360833c26d5af2cbc70dd04eb23e130b0', '{"title":"In short: Robots at work","sections":[{"id":"robots-at-work","key":"398642d04005ba6a15dbfba2917561fb83af162911136e0f216a9b149b3f9227","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Robots at work","length":205,"reason":null,"status":"rewritten","headings":[{"id":"robots-at-work","text":"In short: Robots at work","level":1}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"setup","key":"3eff23390a23a343564e04aa2e086697c57fe1f7b15b1781a38c85bbf6682026","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Setup","length":281,"reason":null,"status":"rewritten","headings":[{"id":"setup","text":"In short: Setup","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"sensing","key":"bd408b534e768e5e0a4ea2403fc768f73a0d6687838efd4ec4ba9b519328f2cb","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Sensing","length":137,"reason":null,"status":"rewritten","headings":[{"id":"sensing","text":"In short: Sensing","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"deciding","key":"1dd9996aa2959fae927b4d9a8f19a9350a6b0d4cc903de986c6b9c6d47b1a708","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Deciding","length":114,"reason":null,"status":"rewritten","headings":[{"id":"deciding","text":"In short: Deciding","level":2}],"provider":"claude","retry_at":null,"failed_check":null},{"id":"acting","key":"4dc90bf345fc0aaac3cc6ea2d66c4568bfe19d3e154deb1ba8123cfd05bc24e9","cause":null,"model":null,"notes":[],"title":"Acting","length":187,"reason":null,"status":"original","headings":[{"id":"acting","text":"Acting","level":2}],"provider":null,"retry_at":null,"failed_check":null},{"id":"safety","key":"05f9d10790131925226eec3cfb297eb15c47f5610563ba58d6ffa4753d3a2807","cause":null,"model":"claude-sonnet-5-5","notes":[],"title":"In short: Safety","length":180,"reason":null,"status":"rewritten","headings":[{"id":"safety","text":"In short: Safety","level":2}],"provider":"claude","retry_at":null,"failed_check":null}]}'::jsonb, NULL, now() - interval '64.154 s');

INSERT INTO personalization_log (id, user_id, chapter_id, transformation_type, response_time_ms, cached, llm_provider, created_at, transformations, request_id, status, source, llm_model, input_tokens, output_tokens, cost_usd, sections_total, sections_rewritten, sections_fallback, language, fallback_reasons) VALUES
(1, 3, 'robots', 'beginner-simplify', 297, false, 'claude', now() - interval '65.493 s', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'f652adc74ab84f7383acc77ee60af2c4', 'ok', 'llm', 'claude-sonnet-5-5', 19915, 365, 0.016021, 6, 6, 0, 'en', ARRAY[]::text[]),
(2, 4, 'robots', 'beginner-simplify', 169, false, 'claude', now() - interval '65.227 s', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice', 'urdu-translation']::text[], '0d0bed4f94b942498626b9e7f15230b0', 'ok', 'llm', 'claude-sonnet-5-5', 26572, 350, 0.018620, 6, 5, 1, 'ur', ARRAY['placeholders']::text[]),
(3, 3, 'robots', 'beginner-simplify', 44, false, 'claude', now() - interval '64.367 s', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'c585929123b44d0585b63d795f821508', 'ok', 'llm', 'claude-sonnet-5-5', 6687, 93, 0.002674, 6, 5, 0, 'en', ARRAY[]::text[]),
(4, 3, 'robots', 'beginner-simplify', 0, true, 'claude', now() - interval '64.356 s', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'e9bb5df8e3344304ad56b358a9b12a15', 'ok', 'cache', 'claude-sonnet-5-5', 0, 0, NULL, 6, 5, 0, 'en', ARRAY[]::text[]),
(5, 4, 'robots', 'beginner-simplify', 35, false, 'claude', now() - interval '64.299 s', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice', 'urdu-translation']::text[], 'f3bb9a11b73c4965b4bedb5e675f5db1', 'ok', 'llm', 'claude-sonnet-5-5', 3757, 44, 0.001309, 6, 4, 1, 'ur', ARRAY['placeholders']::text[]),
(6, 6, 'robots', 'beginner-simplify', 99, false, 'claude', now() - interval '64.152 s', ARRAY['beginner-simplify', 'robotics-primer', 'jetson-hardware', 'student-practice']::text[], '429e634338df4801a1a04bbc8cd745c2', 'ok', 'llm', 'claude-sonnet-5-5', 18278, 276, 0.015394, 6, 5, 0, 'en', ARRAY[]::text[]);

INSERT INTO refresh_token (token_hash, family, user_id, generation, created_at, expires_at, rotated_at) VALUES
('059ccefb5b2282362c9d39abbc724642edeebdbf5484bd2a3c874a11ce3e3e38', 'e61408cabee743e4b1724cd979cd8de7', 4, 0, now() - interval '65.482 s', now() + interval '2591934.518 s', NULL),
('1ab9c075443c563d9eff7972d657fc93dfcd90b376e3cda6ab326c85f0e5c969', '8bbf978048eb4cd19a453b047876d32f', 3, 0, now() - interval '66.107 s', now() + interval '2591933.893 s', NULL),
('2d2850d1739bdb44d5c994a5144766ecb7f6a61ae9fe15b29ed8be3504e3ca24', '59cd44a0097d468c9079b759d09a664f', 6, 0, now() - interval '64.283 s', now() + interval '2591935.717 s', NULL),
('42a3b248aba7a6896ba8d88ca94333b70bfcf24d0d5ae5fcb64ee23da7d199de', '92113b3c69e84531a9c2a3d8cdf045c6', 2, 0, now() - interval '66.128 s', now() + interval '2591933.872 s', NULL),
('7c25c8e49688c2b3194d33e890476278042b3a8fcc040edbcb02161afe2827eb', 'bf67c1e4c1754d7d9a2477e22bcefc26', 5, 0, now() - interval '65.215 s', now() + interval '2591934.785 s', NULL);

INSERT INTO section_hint (key, hint, given_by, given_at) VALUES
('4a7445bfef3be9398eac75f9e9260f70054a3665236f7dbb736c9e9371da8808', 'Say what a planner is.', 2, now() - interval '64.454 s');

INSERT INTO section_lock (chapter_id, section_id, locked_by, locked_at) VALUES
('robots', 'acting', 2, now() - interval '64.443 s');

INSERT INTO section_pin (key, chapter_id, section_id, plan_hash, transformations, language, profile, runs, notes, edited, llm_provider, llm_model, pinned_by, pinned_at) VALUES
('43105806c986099056670facdc859dbdb58aca45639c55fd597ec6e9a0736341', 'robots', 'sensing', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'en', '{"role":"Student","language_tag":"en","preferred_language":"English","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, '["In short: Sensing","A camera takes 30 pictures a second. A digital twin is fed with the same pictures."]'::jsonb, '[]'::jsonb, true, 'claude', 'claude-sonnet-5-5', 2, now() - interval '64.471 s'),
('7dccdd1ecc990c34ee396fb8b037206f30fe1ded668953cdf025fc5ee4b78f27', 'robots', 'safety', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'en', '{"role":"Student","language_tag":"en","preferred_language":"English","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, '["In short: Safety","In short: Keep your hands away from the arm.","The stop button is red. Press it at once when you are not sure about the arm."]'::jsonb, '[]'::jsonb, true, 'claude', 'claude-sonnet-5-5', 2, now() - interval '64.518 s'),
('a1d7b65ca4901fff907b44c988e2157b80d2cb88580bcd57f6b803ccc2dc1bdb', 'robots', 'setup', 'eec4b9f04d017c58d06405bbfc1e8aefbe062342dfd8a3c51da7e6acb2fecb3e', ARRAY['beginner-simplify', 'robotics-primer', 'no-hardware', 'student-practice']::text[], 'en', '{"role":"Student","language_tag":"en","preferred_language":"English","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, '["In short: Setup","In short: Install [the tools]⟦1⟧ first. The loop runs at ⟦2⟧ Hz.","In short: First, open a terminal and type ⟦3⟧.","In short: Second, read **every** line of it."]'::jsonb, '[]'::jsonb, false, 'claude', 'claude-sonnet-5-5', 2, now() - interval '64.946 s');

INSERT INTO warm_batch_item (batch, key, chapter_id, profile, again, state, reason) VALUES
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', '0b4d5a24cca43b923ba453a0e206bcd25da48161f671a59caf6d17e797404add', 'arms', '{"role":"Student","language_tag":"ur","preferred_language":"English","robotics_experience":"None","hardware_availability":"Jetson Kit","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', '0d0283ae8b38d3a535f64b5fa100c3b7db2aa076f66db950b4cbb34247b98159', 'arms', '{"role":"Student","language_tag":"ur","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', '63f6da4e7467fc269efa4c8f9e4ad16c11c35de3714db965f5fbd3b93c0ce563', 'arms', '{"role":"Student","language_tag":"ur","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', 'e4be9afd229bdfd67f10d44e3f716b8bc47834b4e9eccd34d8fa25760a049ced', 'arms', '{"role":"Student","language_tag":"ur","preferred_language":"English","robotics_experience":"None","hardware_availability":"Jetson Kit","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('592dbe6b-5c1c-449e-a9d5-f9024907b00c', 'e79925a971ec1c372d9a9588dd12508032784208c905383c07b589f2f4bff9f9', 'arms', '{"role":"Student","language_tag":"ur","preferred_language":"English","robotics_experience":"None","hardware_availability":"Jetson Kit","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', '200b9f510d603a92ff71ec6a8719edb13c09abaea585ffd8b01924bba816fa9f', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', '266c5e4d98263d2f70cf6d8978b82cdff5cd96e8298111616fe413378fcdf5ce', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', '69d01b4447c856595348717fbdda774f95db704d5c881424ebf4ff5e27ce526e', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', '7c981fd6104cec483165504aad6d5f6408cee0381cfc84961c01bce7ff69f07e', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', '8092dd39866fcbb3b274ec073f20a7048383143419257ad7a8d1c57bdf0cb90e', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('c62518f7-8484-4d6a-b87a-ff80982ea0f3', 'b75e058462c2a3419b332946a698db8d553b8771e817f6101f36201216388b3c', 'robots', '{"role":"Student","language_tag":"fr","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'open', NULL),
('f828fbd4-a1c4-4ec2-887e-d0a2962644f1', '15631ecb3fe17fe595d37fbd24e11ce109ecd46b417816c8e806836751d4e80c', 'arms', '{"role":"Student","language_tag":"en","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'stored', NULL),
('f828fbd4-a1c4-4ec2-887e-d0a2962644f1', '7c138b07dd3b74093207a19d97173817ae78cf7d0e1c08d58cd2b063bf365ce4', 'arms', '{"role":"Student","language_tag":"en","preferred_language":"Urdu","robotics_experience":"None","hardware_availability":"None","programming_experience":"Beginner"}'::jsonb, false, 'missed', 'server');

INSERT INTO warm_job (id, asked_by, wish, estimate, state, ending, done, failures, owner, deadline, created_at, finished_at) VALUES
('2fb5a809-208a-4068-ac87-f22ef3478300', 2, '{"plans":"in-use","upgrade":false,"languages":["en"],"chapter_ids":["arms"]}'::jsonb, '{"plans":2,"missing":3,"chapters":1,"cost_usd":"0.028738","sections":6,"input_tokens":10984,"output_tokens":677}'::jsonb, 'queued', NULL, 0, '{}'::jsonb, NULL, NULL, now() - interval '60.034 s', NULL),
('57a70547-9b7a-4ff6-9404-448fdc85737a', 2, '{"plans":"in-use","upgrade":false,"languages":[],"chapter_ids":["arms"]}'::jsonb, '{"plans":4,"missing":8,"chapters":1,"cost_usd":"0.079192","sections":12,"input_tokens":30501,"output_tokens":1819}'::jsonb, 'cancelled', NULL, 0, '{}'::jsonb, NULL, NULL, now() - interval '63.106 s', now() - interval '63.094 s'),
('a204ba0f-f54f-4005-a292-72c4b8823c15', 2, '{"plans":"in-use","upgrade":false,"languages":["fr"],"chapter_ids":["arms"]}'::jsonb, '{"plans":2,"missing":6,"chapters":1,"cost_usd":"0.062748","sections":6,"input_tokens":24474,"output_tokens":1380}'::jsonb, 'running', NULL, 4, '{}'::jsonb, '451a8f4b-a020-4951-8aab-5da5e7ba441a', now() - interval '45.052 s', now() - interval '63.077 s', NULL);

-- The next row of each table is given the next number.
SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users));
SELECT setval(pg_get_serial_sequence('feedback', 'id'), (SELECT max(id) FROM feedback));
SELECT setval(pg_get_serial_sequence('instruction_audit', 'id'), (SELECT max(id) FROM instruction_audit));
SELECT setval(pg_get_serial_sequence('personalization_cache', 'id'), (SELECT max(id) FROM personalization_cache));
SELECT setval(pg_get_serial_sequence('personalization_log', 'id'), (SELECT max(id) FROM personalization_log));
