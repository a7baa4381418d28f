-- What other people's code asks of our tables; it must run as it is ($1, $2, $3 are parameters).

-- look-up of one learner's entry
SELECT personalized_content, created_at FROM personalization_cache
WHERE user_id = $1 AND chapter_id = $2 AND profile_hash = $3 LIMIT 1;

-- invalidations
DELETE FROM personalization_cache WHERE user_id = $1;
DELETE FROM personalization_cache WHERE chapter_id = $1;

-- cache statistics
SELECT COUNT(*) AS total_entries, COUNT(DISTINCT user_id) AS unique_users,
       COUNT(DISTINCT chapter_id) AS unique_chapters, AVG(LENGTH(personalized_content)) AS avg_content_size
FROM personalization_cache;

-- the three analytics questions
SELECT chapter_id, COUNT(*) AS requests FROM personalization_log GROUP BY chapter_id ORDER BY requests DESC;
SELECT COUNT(CASE WHEN cached THEN 1 END)::FLOAT / NULLIF(COUNT(*), 0) * 100 AS hit_rate_percent FROM personalization_log;
SELECT cached, AVG(response_time_ms) AS avg_ms,
       PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS p95_ms
FROM personalization_log GROUP BY cached;
